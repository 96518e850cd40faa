use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::browser;

/// Seconds left until something may be done again.
#[derive(Clone, PartialEq)]
pub struct Countdown {
    pub left: u32,
    /// Starts over with so many seconds.
    pub start: Callback<u32>,
}

/// Counts by the clock, not by ticks: a sleeping phone wakes with the right number.
#[hook]
pub fn use_countdown() -> Countdown {
    let until = use_state(|| 0_i64);
    let now = use_state(|| browser::now().timestamp());

    {
        let now = now.clone();
        use_effect_with(*until, move |&until| {
            now.set(browser::now().timestamp());
            let running = until > browser::now().timestamp();
            let ticker = running.then(|| {
                Interval::new(500, move || {
                    let second = browser::now().timestamp();
                    now.set(second.min(until));
                })
            });
            move || drop(ticker)
        });
    }

    let start = use_callback(until.setter(), |seconds: u32, until| {
        until.set(browser::now().timestamp() + i64::from(seconds));
    });
    Countdown {
        left: u32::try_from(*until - *now).unwrap_or(0),
        start,
    }
}
