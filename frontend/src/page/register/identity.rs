use renzheng_types::verification::{Attempt, AttemptStatus};
use uuid::Uuid;
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::RegisterSteps;
use crate::{
    app::Route,
    component::{ErrorSummary, LinkButton, LoadFailed, Page, RouteLink, Skeleton},
    hook::{Loaded, use_account, use_locale, use_messages},
    i18n,
    page::verification::{IdCardForm, Outcome, Passed, use_attempt, use_id_card_form},
};

/// ② 实名认证, which may be left for later.
#[component]
pub fn Identity() -> Html {
    let m = use_messages();
    let (r, v) = (&m.register, i18n::verification(use_locale()));
    let navigator = use_navigator();
    let form = use_id_card_form();
    let account = use_account();
    let asked = use_state(|| None::<Attempt>);

    let on = {
        let navigator = navigator.clone();
        Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Done);
            }
        })
    };
    let onattempt = {
        let (asked, on) = (asked.clone(), on.clone());
        Callback::from(move |attempt: Attempt| match attempt.status {
            AttemptStatus::Passed => on.emit(()),
            AttemptStatus::Failed | AttemptStatus::Pending => {
                asked.set(Some(attempt));
                crate::browser::focus_heading();
            }
        })
    };
    let otherwise = html! {
        <RouteLink to={Route::Done} id="skip" class="button button--quiet">{ r.skip }</RouteLink>
    };
    let pending = (*asked)
        .as_ref()
        .filter(|attempt| attempt.status == AttemptStatus::Pending);
    let content = if account.level > 0 {
        html! {
            <>
                <Passed />
                <div class="actions">
                    <LinkButton to={Route::Done} id="continue">{ v.finish }</LinkButton>
                </div>
            </>
        }
    } else if let Some(attempt) = pending {
        let decided = {
            let asked = asked.setter();
            Callback::from(move |attempt| asked.set(Some(attempt)))
        };
        html! { <Waiting id={attempt.id} {decided} /> }
    } else {
        let failed = (*asked)
            .clone()
            .map(|attempt| html! { <Outcome {attempt} /> });
        html! {
            <>
                <p class="lead">{ r.identity_lead }</p>
                { failed }
                <IdCardForm form={form.clone()} {onattempt} {otherwise} />
                <p class="muted">{ r.skip_text }</p>
            </>
        }
    };
    html! {
        <Page
            name="register-identity"
            title={r.steps[1]}
            before={html! { <><RegisterSteps current=1 /><ErrorSummary form={form.clone()} /></> }}
            wrong={!form.summary().is_empty()}
        >
            { content }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct WaitingProps {
    id: Uuid,
    /// It was refused after all.
    decided: Callback<Attempt>,
}

/// The authority has not answered yet; registration need not wait for it.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let v = i18n::verification(use_locale());
    let remote = use_attempt(props.id);
    let seen = match &remote.loaded {
        Loaded::Ready(attempt) => Some(attempt.clone()),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    {
        let decided = props.decided.clone();
        use_effect_with(seen, move |seen| {
            if let Some(attempt) = seen
                && attempt.status == AttemptStatus::Failed
            {
                decided.emit((**attempt).clone());
            }
        });
    }
    let state = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=2 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(attempt) => html! { <Outcome attempt={(**attempt).clone()} /> },
    };
    html! {
        <>
            { state }
            <p>{ v.waiting_register }</p>
            <div class="actions">
                <LinkButton to={Route::Done} id="skip">{ v.finish_later }</LinkButton>
            </div>
        </>
    }
}
