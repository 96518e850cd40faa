use renzheng_types::verification::{Method, MethodState, MethodStatus};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use crate::{
    app::Route,
    component::{LinkButton, LoadFailed, Notice, Skeleton, Tone},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote},
    i18n,
};

/// A method that this person can begin now, or what is said instead. One that waits to be decided leads to its attempt,
/// which is followed there.
#[hook]
pub fn use_offer(method: Method) -> Result<MethodState, Html> {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let v = i18n::verification(locale);
    let remote = use_remote((method, locale), move || api.verifications());
    let navigator = use_navigator();
    let waits = match &remote.loaded {
        Loaded::Ready(found) => found
            .methods
            .iter()
            .find(|state| state.method == method && state.status == MethodStatus::Pending)
            .and_then(|state| state.pending_attempt),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    use_effect_with(waits, move |&waits| {
        // In the place of this address: going back leads to the page before.
        if let (Some(id), Some(navigator)) = (waits, navigator) {
            navigator.replace(&Route::Attempt { id });
        }
    });
    let found = match &remote.loaded {
        Loaded::Loading => return Err(html! { <Skeleton lines=6 /> }),
        Loaded::Ready(_) if waits.is_some() => return Err(html! { <Skeleton lines=6 /> }),
        Loaded::Failed(failure) => {
            return Err(html! {
                <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
            });
        }
        Loaded::Ready(found) => found,
    };
    let state = found.methods.iter().find(|state| state.method == method);
    let (tone, text) = match state {
        None => (Tone::Info, v.not_offered.to_owned()),
        Some(state) => match state.status {
            MethodStatus::Verified => (Tone::Good, (v.already)((v.method)(method).0)),
            MethodStatus::Pending => (Tone::Wait, v.waiting_text.to_owned()),
            MethodStatus::Unverified if found.level < state.needs => {
                let level = usize::from(state.needs);
                let needed = m.common.levels.get(level).copied().unwrap_or_default();
                (Tone::Wait, (v.needs)(needed))
            }
            MethodStatus::Unverified => return Ok(state.clone()),
        },
    };
    Err(html! {
        <>
            <Notice {tone} id="method-state"><p>{ text }</p></Notice>
            <div class="actions"><LinkButton to={Route::Verifications} id="to-verifications">{ v.to_list }</LinkButton></div>
        </>
    })
}
