use yew::prelude::*;
use yew_router::prelude::use_location;

use crate::{
    app::Route,
    component::{Button, LinkButton, Notice, Page, Steps, Tone, use_act},
    hook::{use_api, use_locale, use_messages, use_session},
    i18n,
};

/// Where the mail's link leads. Opening it does nothing yet: mail scanners open links too.
#[component]
pub fn ActivateEmail() -> Html {
    let locale = use_locale();
    let w = i18n::credential(locale);
    let m = use_messages();
    let (api, session) = (use_api(), use_session());
    let act = use_act();
    let bound = use_state(|| None::<String>);
    // After the #: it never reaches a server's log.
    let token = use_location()
        .map(|location| location.hash().trim_start_matches('#').to_owned())
        .unwrap_or_default();
    let onclick = {
        let (act, bound, token) = (act.clone(), bound.clone(), token.clone());
        let session = session.clone();
        Callback::from(move |()| {
            let (bound, token, session) = (bound.clone(), token.clone(), session.clone());
            let call = async move {
                let answer = api.activate_email(token).await?;
                if session.account().is_some() {
                    session.refresh().await;
                }
                Ok(answer)
            };
            act.run(call, move |answer| bound.set(Some(answer.email)));
        })
    };
    let content = if let Some(email) = &*bound {
        let to = if session.account().is_some() {
            (Route::Profile, w.to_profile)
        } else {
            (Route::Home, m.common.go_home)
        };
        html! {
            <>
                <Notice tone={Tone::Good} title={w.activated} id="activated" live=true>
                    <p>{ (w.activated_text)(email) }</p>
                </Notice>
                <div class="actions"><LinkButton to={to.0} id="onward">{ to.1 }</LinkButton></div>
            </>
        }
    } else if token.is_empty() {
        html! { <Notice tone={Tone::Bad} id="incomplete"><p>{ w.activate_incomplete }</p></Notice> }
    } else {
        html! {
            <>
                { act.trouble(locale) }
                <p class="lead">{ w.activate_text }</p>
                <div class="actions">
                    <Button id="activate" busy={act.busy()} busy_label={w.submitting} {onclick}>{ w.activate_now }</Button>
                </div>
            </>
        }
    };
    let finished = bound.is_some();
    let before = html! {
        if finished || !token.is_empty() {
            <Steps label={w.email} steps={&w.email_steps[..]} current=2 {finished} />
        }
    };
    html! { <Page name="activate-email" title={w.activate} {before}>{ content }</Page> }
}
