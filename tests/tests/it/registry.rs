//! The rule registry, the specification, the code and the tests speak of the same rules.

use jobwarden_model::rules::{self, Status};
use std::collections::{BTreeMap, BTreeSet};

use crate::tree;

/// The ids and titles of `docs/spec/`, as headings of the third level spell them.
fn specified() -> BTreeMap<String, (u8, String)> {
    let mut found = BTreeMap::new();
    for file in tree::files("docs/spec", "md") {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let chapter: u8 = name[..2].parse().unwrap_or_else(|_| panic!("{name}: no chapter"));
        for line in tree::read(&file).lines() {
            let Some(heading) = line.strip_prefix("### ") else { continue };
            let (id, title) = heading.split_once(' ').unwrap_or((heading, ""));
            if is_rule_id(id) {
                let before = found.insert(id.to_owned(), (chapter, title.trim().to_owned()));
                assert!(before.is_none(), "{id} stands twice in docs/spec");
            }
        }
    }
    found
}

/// `JOB-VAL-058`: capital words, then a number of three digits.
fn is_rule_id(word: &str) -> bool {
    word.rsplit_once('-').is_some_and(|(area, number)| {
        number.len() >= 3
            && number.as_bytes()[..3].iter().all(u8::is_ascii_digit)
            && !area.is_empty()
            && area.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
    })
}

#[test]
fn registry_and_specification_list_the_same_rules() {
    let specified = specified();
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in rules::all() {
        seen.insert(rule.id.to_owned());
        match specified.get(rule.id) {
            None => complaints.push(format!("{} is registered but not specified", rule.id)),
            Some((chapter, title)) => {
                if *chapter != rule.chapter || (!title.is_empty() && title != rule.title) {
                    complaints.push(format!("{}: chapter or title differ", rule.id));
                }
            }
        }
    }
    for id in specified.keys().filter(|id| !seen.contains(*id)) {
        complaints.push(format!("{id} is specified but not registered"));
    }
    tree::fail_on(complaints);
}

#[test]
fn a_rule_that_repeats_another_names_one_that_exists() {
    for rule in rules::all() {
        if let Status::SameAs(target) = rule.status {
            assert!(rules::find(target).is_some(), "{} repeats {target}", rule.id);
        }
    }
}

/// Every rule id that a text names, in either spelling: `JOB-VAL-058`, `JOB_VAL_058`.
fn named(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .map(|word| word.replace('_', "-"))
        .filter(|word| is_rule_id(word))
        .collect()
}

#[test]
fn every_rule_named_in_code_is_specified() {
    let specified = specified();
    let areas: BTreeSet<_> =
        specified.keys().filter_map(|id| id.rsplit_once('-')).map(|(area, _)| area).collect();
    let mut complaints = Vec::new();
    for folder in ["model", "service", "tests", "aidl", "fuzz"] {
        for ending in ["rs", "aidl", "yaml"] {
            for file in tree::files(folder, ending) {
                for id in named(&tree::read(&file)) {
                    let area = id.rsplit_once('-').map_or("", |(area, _)| area);
                    if areas.contains(area) && !specified.contains_key(&id) {
                        complaints.push(format!("{}: {id}", tree::shown(&file)));
                    }
                }
            }
        }
    }
    tree::fail_on(complaints);
}

/// The rules that tests claim by their names: `fn job_val_058_...`.
fn claimed() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["model", "service", "tests"] {
        for file in tree::files(folder, "rs") {
            for line in tree::read(&file).lines() {
                let Some((_, rest)) = line.split_once("fn ") else { continue };
                let name: String = rest.chars().take_while(|c| !"(<".contains(*c)).collect();
                let words: Vec<_> = name.split('_').collect();
                for end in 1..=words.len() {
                    let id = words[..end].join("-").to_uppercase();
                    if is_rule_id(&id) {
                        found.insert(id);
                    }
                }
            }
        }
    }
    found
}

/// The rules that code names, outside of the registry and of tests.
fn enforced() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["model/src", "service/src"] {
        for file in tree::files(folder, "rs") {
            let path = tree::shown(&file);
            if path.starts_with("model/src/rules") || path.contains("tests") {
                continue;
            }
            let text = tree::read(&file);
            found.extend(named(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()));
        }
    }
    found
}

#[test]
fn every_implemented_rule_is_named_by_code_and_claimed_by_a_test() {
    let (claimed, enforced) = (claimed(), enforced());
    let mut complaints = Vec::new();
    for rule in rules::all().filter(|rule| rule.status == Status::Implemented) {
        if !enforced.contains(rule.id) {
            complaints.push(format!("{} is implemented, but no code names it", rule.id));
        }
        if !claimed.contains(rule.id) {
            complaints.push(format!("{} is implemented, but no test is named after it", rule.id));
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn a_rule_left_out_says_why() {
    for rule in rules::all() {
        if let Status::NotModelled(why) = rule.status {
            assert!(why.len() > 10, "{}: `{why}` is no reason", rule.id);
        }
    }
}

#[test]
fn an_oddity_is_of_a_rule_that_is_followed_and_says_what_is_odd() {
    let odd: Vec<_> = rules::all().filter(|rule| rule.oddity.is_some()).collect();
    assert!(odd.len() > 20, "{}", odd.len());
    for rule in odd {
        assert_eq!(rule.resolved_status(), Status::Implemented, "{}", rule.id);
        assert!(rule.oddity.is_some_and(|oddity| oddity.len() > 10), "{}", rule.id);
    }
}
