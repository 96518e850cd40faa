//! Windows of up to a second beside an embedded database. One process serves it and no restart fits into such a window,
//! so nothing is gained by writing it down.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::super::{Exceeded, Window, millis, until};

const LONGEST: Duration = Duration::from_secs(1);
/// From so many on, those that have lapsed are looked for.
const MANY: usize = 1024;

#[derive(Default)]
pub(super) struct Brief(Mutex<State>);

#[derive(Default)]
struct State {
    open: HashMap<String, Open>,
    /// When those that have lapsed were last removed.
    swept_at: i64,
}

struct Open {
    hits: u64,
    expires_at: i64,
}

impl Brief {
    pub(super) fn takes(windows: &[Window]) -> bool {
        windows.iter().all(|window| window.length <= LONGEST)
    }

    /// Counts one more in every window, or in none of them if any is full.
    pub(super) fn count(&self, windows: &[Window], now: i64) -> Result<(), Exceeded> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        let all = &mut state.open;
        if all.len() >= MANY && now >= state.swept_at.saturating_add(millis(LONGEST)) {
            all.retain(|_, open| open.expires_at > now);
            state.swept_at = now;
        }
        let full = windows.iter().filter_map(|window| {
            let open = all.get(&window.key).filter(|open| open.expires_at > now);
            match open {
                Some(open) if open.hits >= window.limit => Some(open.expires_at),
                None if window.limit == 0 => Some(now.saturating_add(millis(window.length))),
                _ => None,
            }
        });
        if let Some(expires_at) = full.max() {
            return Err(Exceeded {
                retry_after: until(expires_at, now),
            });
        }
        for window in windows {
            match all.get_mut(&window.key) {
                Some(open) if open.expires_at > now => open.hits += 1,
                _ => {
                    let open = Open {
                        hits: 1,
                        expires_at: now.saturating_add(millis(window.length)),
                    };
                    all.insert(window.key.clone(), open);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(key: &str, limit: u64) -> Window {
        Window {
            key: key.into(),
            length: LONGEST,
            limit,
        }
    }

    #[test]
    fn a_window_is_full_until_it_ends() {
        let brief = Brief::default();
        let windows = [window("a", 2)];
        assert_eq!(brief.count(&windows, 0), Ok(()));
        assert_eq!(brief.count(&windows, 400), Ok(()));
        let retry_after = Duration::from_millis(100);
        assert_eq!(brief.count(&windows, 900), Err(Exceeded { retry_after }));
        assert_eq!(brief.count(&windows, 1000), Ok(()));
        assert!(brief.count(&[window("b", 0)], 0).is_err());
    }

    #[test]
    fn all_windows_or_none() {
        let brief = Brief::default();
        let both = [window("full", 1), window("other", 1)];
        assert_eq!(brief.count(&both[..1], 0), Ok(()));
        assert!(brief.count(&both, 1).is_err());
        assert_eq!(brief.count(&both[1..], 2), Ok(()));
    }

    #[test]
    fn what_has_lapsed_is_forgotten() {
        let brief = Brief::default();
        for key in 0..MANY {
            assert_eq!(brief.count(&[window(&key.to_string(), 1)], 0), Ok(()));
        }
        assert_eq!(brief.count(&[window("last", 1)], 1000), Ok(()));
        assert_eq!(brief.0.lock().expect("a map").open.len(), 1);
    }
}
