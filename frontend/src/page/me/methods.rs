use renzheng_types::{
    Locale,
    verification::{MethodState, MethodStatus},
};
use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Fact, Facts, LoadFailed, RouteLink, Skeleton},
    hook::{Loaded, use_account, use_api, use_locale, use_messages, use_remote},
    i18n,
    page::verification::route_of,
};

/// Every way to verify, what has come of it, and the way on.
#[component]
pub fn Methods() -> Html {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let v = i18n::verification(locale);
    let account = use_account();
    let remote = use_remote((account.level, locale), move || api.verifications());
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=4 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(found) => {
            let rows = found.methods.iter();
            let rows = rows.map(|state| row(locale, m.me.raise, state, found.level));
            html! { <Facts id="methods">{ for rows }</Facts> }
        }
    };
    html! { <section><h2>{ v.methods }</h2>{ content }</section> }
}

fn row(locale: Locale, raise: &'static str, state: &MethodState, reached: u8) -> Html {
    let v = i18n::verification(locale);
    let (name, _) = (v.method)(state.method);
    let word: &'static str = state.method.into();
    let (value, to, does) = match state.status {
        MethodStatus::Verified => {
            let on = state.verified_at.map(|at| {
                let day = i18n::date(locale, browser::china_date(at));
                format!("{} {}", v.verified, (v.verified_on)(&day))
            });
            let value = on.map_or(AttrValue::from(v.verified), Into::into);
            (Some(value), Route::Verifications, v.see)
        }
        MethodStatus::Pending => {
            let to = state
                .pending_attempt
                .map_or(Route::Verifications, |id| Route::Attempt { id });
            (Some(v.pending.into()), to, v.follow)
        }
        // Another one comes first: the list says which.
        MethodStatus::Unverified if reached < state.needs => (None, Route::Verifications, raise),
        MethodStatus::Unverified => (None, route_of(state.method), v.start),
    };
    let action = html! {
        <RouteLink {to} id={format!("to-{word}")}>{ does }<span class="visually-hidden">{ format!(" {name}") }</span></RouteLink>
    };
    html! { <Fact label={name} id={format!("fact-{word}")} {value} none={v.unverified} {action} /> }
}
