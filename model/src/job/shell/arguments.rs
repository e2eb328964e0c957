//! The arguments of a shell command, read as the platform's `BasicShellCommandHandler` reads them.
//! Rules: SHELL-003, SHELL-005, SHELL-006.

/// What goes wrong in a command: printed as the exception it is, and the command fails.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Failure {
    /// `SecurityException`.
    #[error("java.lang.SecurityException: Uid {uid} not permitted to {operation}")]
    Security {
        /// Who calls.
        uid: u32,
        /// What it may not do.
        operation: &'static str,
    },
    /// An argument is missing, superfluous or no user.
    #[error("java.lang.IllegalArgumentException: {0}")]
    IllegalArgument(String),
    /// An argument is no number.
    #[error("java.lang.NumberFormatException: For input string: \"{0}\"")]
    NumberFormat(String),
}

/// Which user a command is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum UserArgument {
    /// `all`, or -1.
    All,
    /// `current`, or -2.
    Current,
    /// Any other number.
    One(i32),
}

impl UserArgument {
    fn of_number(number: i32) -> Self {
        match number {
            -1 => Self::All,
            -2 => Self::Current,
            number => Self::One(number),
        }
    }
}

/// Reads arguments one after the other.
#[derive(Clone, Debug)]
pub(super) struct Arguments<'a> {
    all: &'a [String],
    at: usize,
    /// The value that came attached to a short option.
    attached: Option<&'a str>,
}

impl<'a> Arguments<'a> {
    /// The arguments after the verb.
    pub(super) fn new(all: &'a [String]) -> Self {
        Self { all, at: 0, attached: None }
    }

    fn previous(&self) -> &'a str {
        self.at.checked_sub(1).and_then(|at| self.all.get(at)).map_or("", |argument| argument)
    }

    /// The next option; `None` at the first argument that is none.
    pub(super) fn next_option(&mut self) -> Result<Option<&'a str>, Failure> {
        if self.attached.is_some() {
            let previous = self.previous();
            return Err(Failure::IllegalArgument(format!(
                "No argument expected after \"{previous}\""
            )));
        }
        let Some(option) = self.all.get(self.at).filter(|argument| argument.starts_with('-'))
        else {
            return Ok(None);
        };
        self.at += 1;
        if option == "--" {
            return Ok(None);
        }
        let is_long = option.as_bytes().get(1) == Some(&b'-');
        match option.char_indices().nth(2) {
            Some((at, _)) if !is_long => {
                self.attached = Some(&option[at..]);
                Ok(Some(&option[..at]))
            }
            _ => Ok(Some(option)),
        }
    }

    /// The next argument, if there is one.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        if let Some(attached) = self.attached.take() {
            return Some(attached);
        }
        let argument = self.all.get(self.at)?;
        self.at += 1;
        Some(argument)
    }

    /// The next argument.
    pub(super) fn required(&mut self) -> Result<&'a str, Failure> {
        let previous = self.previous();
        self.next().ok_or_else(|| {
            Failure::IllegalArgument(format!("Argument expected after \"{previous}\""))
        })
    }

    /// The next argument as a number.
    pub(super) fn required_int(&mut self) -> Result<i32, Failure> {
        self.required().and_then(parse_int)
    }

    /// The next argument as a user: by name or number.
    pub(super) fn required_user(&mut self) -> Result<UserArgument, Failure> {
        match self.required()? {
            "all" => Ok(UserArgument::All),
            "current" | "cur" => Ok(UserArgument::Current),
            other => parse_int(other)
                .map(UserArgument::of_number)
                .map_err(|_| Failure::IllegalArgument(format!("Bad user number: {other}"))),
        }
    }

    /// The next argument as a user: by number only.
    pub(super) fn required_user_number(&mut self) -> Result<UserArgument, Failure> {
        self.required_int().map(UserArgument::of_number)
    }
}

/// `Integer.parseInt`.
pub(super) fn parse_int(text: &str) -> Result<i32, Failure> {
    text.parse().map_err(|_| Failure::NumberFormat(text.to_owned()))
}
