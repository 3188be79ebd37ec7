//! The proof that every planted bug is caught by the tests that are named for it. Every suite of the table calls
//! `expect_caught` once with its own name.

use std::{path::Path, process::Command};

/// A bug that can be planted: its name in `CHAOS_BUG`, and the tests that catch it as suite (a file of `tests`, or `lib` for the
/// library's own) and name.
pub type Planted = (&'static str, &'static [(&'static str, &'static str)]);

/// Runs this suite's tests of the table in programs of their own: they pass, and fail with the bug.
///
/// # Panics
/// If a test does not notice its bug, fails without it or is not there, and if a suite proves nothing.
#[track_caller]
pub fn expect_caught(suite: &str, bugs: &[Planted]) {
    expect_suites_to_take_part(bugs);
    let mut proven = 0;
    for (bug, tests) in bugs {
        assert!(!tests.is_empty(), "nothing catches {bug}");
        for (_, test) in tests.iter().filter(|(of, _)| *of == suite) {
            let (passed, told) = run(test, None);
            assert!(passed, "{test} fails without any bug:\n{told}");
            let (passed, told) = run(test, Some(bug));
            assert!(!passed, "{test} does not notice {bug}:\n{told}");
            proven += 1;
        }
    }
    assert!(proven > 0, "{suite} proves nothing");
}

/// Whether the test passes. One that is not there is a failure of the table.
#[track_caller]
fn run(test: &str, bug: Option<&str>) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.arg(test).env_remove("CHAOS_BUG");
    // A name that ends like a path stands for all the cases of one test.
    if !test.ends_with("::") {
        command.arg("--exact");
    }
    if let Some(bug) = bug {
        command.env("CHAOS_BUG", bug);
    }
    let output = command.output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!told.contains("running 0 tests"), "there is no test {test}");
    (output.status.success(), told)
}

/// Every suite of the table proves its part of it.
#[track_caller]
fn expect_suites_to_take_part(bugs: &[Planted]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (suite, test) in bugs.iter().flat_map(|(_, tests)| *tests) {
        let file = if *suite == "lib" { root.join("src/chaos.rs") } else { root.join(format!("tests/{suite}.rs")) };
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(source.contains(&format!("expect_caught(\"{suite}\"")), "{suite} does not prove {test}");
    }
}
