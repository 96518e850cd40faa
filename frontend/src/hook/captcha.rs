use gloo_timers::callback::Timeout;
use renzheng_types::captcha::Captcha as Challenge;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{use_api, use_turn};

/// The challenge on the screen.
#[derive(Clone, PartialEq)]
pub struct Captcha {
    pub state: CaptchaState,
    /// Asks for another one: after every check, because a challenge is used up by one check.
    pub renew: Callback<()>,
}

#[derive(Clone, PartialEq)]
pub enum CaptchaState {
    Loading,
    Ready(Challenge),
    Failed,
}

impl Captcha {
    pub fn challenge(&self) -> Option<&Challenge> {
        match &self.state {
            CaptchaState::Ready(challenge) => Some(challenge),
            CaptchaState::Loading | CaptchaState::Failed => None,
        }
    }
}

/// Keeps a fresh challenge at hand while `wanted`.
#[hook]
pub fn use_captcha(wanted: bool) -> Captcha {
    let api = use_api();
    let (turn, renew) = use_turn();
    let state = use_state(|| CaptchaState::Loading);

    {
        let state = state.clone();
        use_effect_with((wanted, turn), move |&(wanted, _)| {
            let alive = std::rc::Rc::new(std::cell::Cell::new(true));
            if wanted {
                state.set(CaptchaState::Loading);
                let alive = alive.clone();
                spawn_local(async move {
                    let answer = api.create_captcha().await;
                    if alive.get() {
                        state.set(answer.map_or(CaptchaState::Failed, CaptchaState::Ready));
                    }
                });
            }
            move || alive.set(false)
        });
    }
    {
        // A lapsed picture can't be answered any more: change it before anyone tries.
        let renew = renew.clone();
        let lapses = match &*state {
            CaptchaState::Ready(challenge) => Some((challenge.id, challenge.expires_in)),
            CaptchaState::Loading | CaptchaState::Failed => None,
        };
        use_effect_with(lapses, move |lapses| {
            let timer = lapses.map(|(_, seconds)| {
                Timeout::new(seconds.saturating_mul(1000), move || renew.emit(()))
            });
            move || drop(timer)
        });
    }

    Captcha {
        state: (*state).clone(),
        renew,
    }
}
