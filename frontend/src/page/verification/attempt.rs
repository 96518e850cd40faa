use gloo_timers::callback::Interval;
use renzheng_types::verification::{Attempt, AttemptReason, AttemptStatus, Method};
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::list::route_of;
use crate::{
    app::Route,
    component::{Errand, LevelBadge, LinkButton, LoadFailed, Notice, Page, Skeleton, Steps, Tone},
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
    let v = i18n::verification(use_locale());
    let attempt = &props.attempt;
    let said = |otherwise: &'static str| {
        let message = attempt.message.clone();
        message.map_or(AttrValue::from(otherwise), Into::into)
    };
    match attempt.status {
        AttemptStatus::Passed => html! { <Passed /> },
        AttemptStatus::Pending => {
            let title = match attempt.reason {
                Some(AttemptReason::Review) => v.reviewing,
                _ => v.waiting,
            };
            html! {
                <Notice tone={Tone::Wait} {title} id="outcome" live=true>
                    <p>{ said(v.waiting_text) }</p>
                    <p>{ v.waiting_more }</p>
                </Notice>
            }
        }
        AttemptStatus::Failed => {
            let reason = match attempt.reason {
                // The server's words are of an attempt that is tried again.
                Some(AttemptReason::Outage) => v.gave_up.into(),
                _ => said(v.unknown_reason),
            };
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

/// It passed, and the level that this makes.
#[component]
pub fn Passed() -> Html {
    let (m, v) = (use_messages(), i18n::verification(use_locale()));
    let level = usize::from(use_account().level);
    let name = m.common.levels.get(level).copied().unwrap_or_default();
    html! {
        <Notice tone={Tone::Good} title={v.passed} id="outcome" live=true>
            <p>{ (v.passed_text)(name) }</p>
        </Notice>
    }
}

#[derive(Properties, PartialEq)]
struct LastStepProps {
    attempt: Attempt,
}

/// The last step of the way that led here. One that failed begins anew, and has none.
#[component]
fn LastStep(props: &LastStepProps) -> Html {
    let locale = use_locale();
    let (v, api) = (i18n::verification(locale), use_api());
    let Attempt { method, status, .. } = props.attempt;
    // On a page of the provider's a face is checked in one step.
    let of_face = use_remote(method, move || async move {
        match method {
            Method::Face => api.face_consent().await.map(|consent| !consent.elsewhere),
            _ => Ok(false),
        }
    });
    let steps = match method {
        _ if status == AttemptStatus::Failed => None,
        Method::BankCard
        | Method::SocialSecurity
        | Method::ProvidentFund
        | Method::Telecom
        | Method::DrivingLicence => Some(&v.steps),
        Method::Face => match &of_face.loaded {
            Loaded::Ready(ours) if **ours => Some(&i18n::face(locale).steps),
            _ => None,
        },
        Method::IdCard | Method::Alipay | Method::Hall => None,
    };
    match steps {
        Some(steps) => html! {
            <Steps label={(v.method)(method).0} steps={&steps[..]} current=2 finished={status == AttemptStatus::Passed} />
        },
        None => Html::default(),
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
    let before = match &remote.loaded {
        Loaded::Ready(attempt) => html! { <LastStep attempt={(**attempt).clone()} /> },
        Loaded::Loading | Loaded::Failed(_) => Html::default(),
    };
    html! { <Page name="attempt" title={v.result_title} {before}>{ content }<Errand /></Page> }
}
