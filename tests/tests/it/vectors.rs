//! The committed vectors: a sample of each file agrees with the model, and the floor is well-formed.

use jobwarden_conformance::adapter::{AdapterError, AdapterName};
use jobwarden_conformance::vectors::{self, Floor, Untold, Vector};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::tree;

/// How many vectors of each slice are answered here. All of them: `.ci/run vectors`.
const SAMPLE: usize = 40;

/// How many vectors of each slice are told to a whole implementation here.
const TOLD_SAMPLE: usize = 12;

fn committed() -> Vec<PathBuf> {
    tree::files("tests/vectors", "xz")
}

fn floor() -> Floor {
    Floor::read(&tree::root().join("tests/vectors/floor.json")).unwrap()
}

#[test]
fn a_sample_of_every_slice_agrees_as_far_as_the_floor_demands() {
    let floor = floor();
    for file in committed() {
        let name = vectors::slice_name(&file);
        let slice = vectors::find(&name).unwrap_or_else(|| panic!("{name} is no slice"));
        let all = vectors::read(&file).unwrap();
        let stride = all.len().div_ceil(SAMPLE).max(1);
        let sample = all.iter().step_by(stride).filter(|vector| floor.demands(&name, &vector.id));
        for vector in sample {
            let answer = (slice.answer)(&vector.input);
            let answer = answer.unwrap_or_else(|why| panic!("{}: {why}", vector.id));
            assert_eq!(vectors::differences(&vector.expect, &answer), [], "{}", vector.id);
        }
    }
}

#[test]
fn the_floor_and_the_files_speak_of_the_same_slices() {
    let floor = floor();
    let files: BTreeSet<_> = committed().iter().map(|file| vectors::slice_name(file)).collect();
    let floors: BTreeSet<_> = floor.slices().map(str::to_owned).collect();
    assert_eq!(floors, files);
    let slices: BTreeSet<_> = vectors::SLICES.iter().map(|slice| slice.name.to_owned()).collect();
    assert_eq!(floors, slices);
}

/// Tells a sample of every slice that can be told; each must have something to tell.
fn tell_samples(name: &AdapterName, jobwarden: &Path) {
    for told in vectors::TOLD {
        let file = tree::root().join(format!("tests/vectors/{}.public.jsonl.xz", told.name));
        let start = || name.start(jobwarden);
        let told = vectors::tell(&file, Some(TOLD_SAMPLE), &start, |_, _| {}).unwrap();
        assert!(told.report.failed.is_empty(), "{:#?}", told.report.failed);
        assert!(!told.report.passed.is_empty(), "{}: {:?}", told.report.slice, told.untold);
    }
}

#[test]
fn a_sample_of_every_slice_that_can_be_told_agrees_on_the_whole_model() {
    tell_samples(&AdapterName::Model, Path::new(""));
}

#[test]
fn a_vector_with_the_answer_of_another_differs() {
    for told in vectors::TOLD {
        let file = tree::root().join(format!("tests/vectors/{}.public.jsonl.xz", told.name));
        let all = vectors::read(&file).unwrap();
        let (mut compared, mut differing) = (0, 0);
        for (vector, other) in all.iter().zip(&all[1..]) {
            if vector.expect == other.expect {
                continue;
            }
            let swapped = Vector { expect: other.expect.clone(), ..vector.clone() };
            let mut model = AdapterName::Model.start(Path::new("")).unwrap();
            match (told.tell)(&swapped, model.as_mut()) {
                Ok(differences) => {
                    compared += 1;
                    differing += u32::from(!differences.is_empty());
                }
                Err(Untold::Inexpressible(_) | Untold::NotUnderstood(_)) => {}
                Err(error @ Untold::Adapter(_)) => panic!("{}: {error}", vector.id),
            }
        }
        let name = told.name;
        // Not all of them: some neighbours differ in nothing that is seen from outside.
        assert!(compared > 0 && differing * 2 >= compared, "{name}: {differing} of {compared}");
    }
}

#[test]
fn a_service_that_cannot_be_started_fails_its_vectors() {
    let file = tree::root().join("tests/vectors/jobinfo.public.jsonl.xz");
    let start = || Err(AdapterError::Unreachable("nobody there".to_owned()));
    let told = vectors::tell(&file, Some(5), &start, |_, _| {}).unwrap();
    assert_eq!((told.report.passed.len(), told.report.failed.len()), (0, 5));
}
