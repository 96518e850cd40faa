//! What became of what was answered while something went wrong: counted into the file that `TEST_FAULTS` names, a line
//! each. `cargo xtask faults` makes docs/faults.md of it.

use std::{fs::OpenOptions, io::Write};

/// The variable that names the file.
const FILE: &str = "TEST_FAULTS";

/// One fault, injected so many times, and the operations around it that were acknowledged.
pub struct Counted {
    pub fault: &'static str,
    pub injected: usize,
    pub acknowledged: usize,
    pub lost: usize,
    pub duplicated: usize,
}

impl Counted {
    /// A fault after which every acknowledged operation was found, once: the test has looked.
    pub fn whole(fault: &'static str, injected: usize, acknowledged: usize) -> Self {
        Self {
            fault,
            injected,
            acknowledged,
            lost: 0,
            duplicated: 0,
        }
    }

    /// Writes it down, and asserts that nothing was lost or done twice.
    #[track_caller]
    pub fn hold(self, on: &str) {
        let Self {
            fault,
            injected,
            acknowledged,
            lost,
            duplicated,
        } = self;
        let line = format!("{fault}\t{on}\t{injected}\t{acknowledged}\t{lost}\t{duplicated}\n");
        print!("{line}");
        if let Some(file) = std::env::var_os(FILE) {
            let mut file = OpenOptions::new()
                .create(true)
                .append(true)
                .open(file)
                .expect("a file for counts");
            file.write_all(line.as_bytes()).expect("written");
        }
        assert_eq!((lost, duplicated), (0, 0), "{line}");
    }
}

/// A number of times from the environment: more where it is counted than where it is only tried.
pub fn times(variable: &str, usual: usize) -> usize {
    let asked = std::env::var(variable).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(usual)
}
