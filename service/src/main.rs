//! `jobwarden`: the service, and everything one needs to talk to it.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
