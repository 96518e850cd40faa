use gloo_timers::callback::Interval;
use renzheng_types::verification::{Attempt, AttemptReason, AttemptStatus, Method};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::list::route_of;
use crate::{
    app::Route,
    component::{Errand, LevelBadge, LinkButton, LoadFailed, Notice, Page, Skeleton, Tone},
    hook::{
        Loaded, Remote, use_account, use_api, use_locale, use_messages, use_remote, use_service,
        use_session,
    },
    i18n,
};

/// How often a pending attempt is looked at.
const POLL_MS: u32 = 3_000;

/// An attempt that is looked at again until it is decided; the account follows.
#[hook]
pub fn use_attempt(id: Uuid) -> Remote<Attempt> {
    let (api, session, locale) = (use_api(), use_session(), use_locale());
    // The reason comes in the language of the page.
    let remote = use_remote((id, locale), move || api.attempt(id));
    let status = match &remote.loaded {
        Loaded::Ready(attempt) => Some(attempt.status),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    let refresh = remote.refresh.clone();
    use_effect_with(status, move |&status| {
        let timer = (status == Some(AttemptStatus::Pending))
            .then(|| Interval::new(POLL_MS, move || refresh.emit(())));
        if status == Some(AttemptStatus::Passed) {
            spawn_local(session.refresh());
        }
        move || drop(timer)
    });
    remote
}

#[derive(Properties, PartialEq)]
pub struct OutcomeProps {
    pub attempt: Attempt,
}

/// What came of it, and why.
#[component]
pub fn Outcome(props: &OutcomeProps) -> Html {
    let m = use_messages();
    let locale = use_locale();
    let v = i18n::verification(locale);
    let account = use_account();
    let attempt = &props.attempt;
    match attempt.status {
        AttemptStatus::Passed => {
            let level = m
                .common
                .levels
                .get(usize::from(account.level))
                .copied()
                .unwrap_or_default();
            html! {
                <Notice tone={Tone::Good} title={v.passed} id="outcome" live=true>
                    <p>{ (v.passed_text)(level) }</p>
                </Notice>
            }
        }
        AttemptStatus::Pending => html! {
            <Notice tone={Tone::Wait} title={v.waiting} id="outcome" live=true>
                <p>{ v.waiting_text }</p>
            </Notice>
        },
        AttemptStatus::Failed => {
            let reason = attempt
                .message
                .clone()
                .map_or(AttrValue::from(v.unknown_reason), Into::into);
            html! {
                <Notice tone={Tone::Bad} title={v.failed} id="outcome" live=true>
                    <p id="reason">{ reason }</p>
                    // In a hall nobody counts.
                    if attempt.method != Method::Hall {
                        <p id="tries-left">{ (v.tries_left)(attempt.tries_left) }</p>
                    }
                </Notice>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// The result of one attempt; a pending one updates itself.
#[component]
pub fn AttemptResult(props: &Props) -> Html {
    let locale = use_locale();
    let v = i18n::verification(locale);
    let account = use_account();
    let service = use_service();
    let remote = use_attempt(props.id);
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(attempt) => {
            let failed = attempt.status == AttemptStatus::Failed;
            // Typing the same again helps only when it may have been mistyped.
            let again = failed
                && attempt.tries_left > 0
                && attempt.reason != Some(AttemptReason::IdNumberTaken);
            html! {
                <>
                    <Outcome attempt={(**attempt).clone()} />
                    if attempt.status == AttemptStatus::Passed {
                        <p><LevelBadge level={account.level} id="level-badge" /></p>
                    }
                    if failed {
                        <p>
                            { v.next_failed }
                            <a href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
                        </p>
                    }
                    <div class="actions">
                        if again {
                            <LinkButton to={route_of(attempt.method)} id="again">{ v.again }</LinkButton>
                        }
                        <LinkButton to={Route::Verifications} id="to-verifications" secondary={again}>{ v.to_list }</LinkButton>
                    </div>
                </>
            }
        }
    };
    html! { <Page name="attempt" title={v.result_title}>{ content }<Errand /></Page> }
}
