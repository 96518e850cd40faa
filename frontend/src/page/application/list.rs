use renzheng_types::{
    Locale,
    application::{Consent, Disclosure, NamedScope},
};
use yew::prelude::*;

use super::code::Code;
use crate::{
    app::Route,
    component::{Button, ButtonKind, LoadFailed, Notice, Skeleton, Tone, use_act},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote},
    i18n,
    page::me::CentrePage,
};

fn names(locale: Locale, scopes: &[NamedScope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.title.as_str()).collect();
    names.join(i18n::application(locale).comma)
}

/// 授权应用: what applications may know, and what they read.
#[component]
pub fn Applications() -> Html {
    let (locale, api) = (use_locale(), use_api());
    let t = i18n::application(locale);
    let consents = use_remote(api, move || api.consents());
    let act = use_act();
    let sure = use_state(|| None::<String>);
    let revoked = use_state(|| false);
    let revoke = {
        let (act, sure, revoked) = (act.clone(), sure.clone(), revoked.clone());
        let refresh = consents.refresh.clone();
        Callback::from(move |id: String| {
            let (sure, revoked, refresh) = (sure.clone(), revoked.clone(), refresh.clone());
            let call = async move { api.delete_consent(&id).await };
            act.run(call, move |()| {
                sure.set(None);
                revoked.set(true);
                refresh.emit(());
            });
        })
    };
    let content = match &consents.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={consents.refresh.clone()} /> }
        }
        Loaded::Ready(list) if list.items.is_empty() => {
            html! { <p id="no-applications" class="muted">{ t.none }</p> }
        }
        Loaded::Ready(list) => {
            let rows = list.items.iter().map(|consent| {
                let id = consent.application.id.clone();
                let asking = sure.as_deref() == Some(id.as_str());
                let ask = {
                    let (sure, revoked, id) = (sure.clone(), revoked.clone(), id.clone());
                    Callback::from(move |yes: bool| {
                        revoked.set(false);
                        sure.set(yes.then(|| id.clone()));
                    })
                };
                let revoke = {
                    let (revoke, id) = (revoke.clone(), id.clone());
                    Callback::from(move |()| revoke.emit(id.clone()))
                };
                html! { <Row key={id} consent={consent.clone()} {asking} busy={act.busy()} {ask} {revoke} /> }
            });
            html! { <ul id="applications" class="records">{ for rows }</ul> }
        }
    };
    let news = revoked.then(|| {
        html! { <Notice tone={Tone::Good} id="revoked"><p>{ t.revoked }</p></Notice> }
    });
    html! {
        <CentrePage name="applications" title={t.list} here={Route::Applications}>
            <p class="muted">{ t.list_why }</p>
            <div role="status">{ news }</div>
            { act.trouble(locale) }
            { content }
            <Log />
        </CentrePage>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    consent: Consent,
    asking: bool,
    busy: bool,
    ask: Callback<bool>,
    revoke: Callback<()>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let locale = use_locale();
    let t = i18n::application(locale);
    let consent = &props.consent;
    let name = &consent.application.name;
    let may = if consent.scopes.is_empty() {
        t.only_who.to_string()
    } else {
        (t.may_know)(&names(locale, &consent.scopes))
    };
    let read = match consent.last_read_at {
        Some(at) => (t.last_read)(&i18n::moment(locale, at)),
        None => t.never_read.to_string(),
    };
    let since = (t.since)(&i18n::moment(locale, consent.updated_at));
    html! {
        <li class="record">
            <div class="record__text">
                <p><strong>{ name.clone() }</strong></p>
                <p class="record__more">{ may }</p>
                <p class="record__more">{ since }</p>
                <p class="record__more">{ read }</p>
                if props.asking {
                    <p class="sure">{ (t.revoke_sure)(name) }</p>
                    <div class="actions">
                        <Button id="revoke-yes" busy={props.busy} onclick={props.revoke.clone()}>{ t.revoke_yes }</Button>
                        <Button id="revoke-no" kind={ButtonKind::Secondary} onclick={props.ask.reform(|()| false)}>{ t.keep }</Button>
                    </div>
                } else {
                    <Code client_id={consent.application.id.clone()} name={name.clone()} />
                }
            </div>
            if !props.asking {
                <Button id="revoke" kind={ButtonKind::Secondary} waiting={props.busy} label={format!("{} {name}", t.revoke)}
                    onclick={props.ask.reform(|()| true)}>{ t.revoke }</Button>
            }
        </li>
    }
}

/// Who read what, newest first, more at a press.
#[component]
fn Log() -> Html {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let t = i18n::application(locale);
    let first = use_remote(api, move || api.disclosures(None));
    let act = use_act();
    let more = use_state(Vec::<Disclosure>::new);
    let next = use_state(|| None::<Option<String>>);
    let content = match &first.loaded {
        Loaded::Loading => html! { <Skeleton lines=4 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={first.refresh.clone()} /> }
        }
        Loaded::Ready(page) if page.items.is_empty() => {
            html! { <p class="muted">{ t.log_none }</p> }
        }
        Loaded::Ready(page) => {
            let cursor = match &*next {
                Some(cursor) => cursor.clone(),
                None => page.next_cursor.clone(),
            };
            let load = cursor.map(|cursor| {
                let (act, more, next) = (act.clone(), more.clone(), next.clone());
                Callback::from(move |()| {
                    let (more, next, cursor) = (more.clone(), next.clone(), cursor.clone());
                    let call = async move { api.disclosures(Some(cursor)).await };
                    act.run(call, move |page| {
                        let mut all: Vec<Disclosure> = (*more).clone();
                        all.extend(page.items);
                        more.set(all);
                        next.set(Some(page.next_cursor));
                    });
                })
            });
            let rows = page.items.iter().chain(more.iter()).map(|one| {
                html! {
                    <li key={one.id.as_u128()} class="record">
                        <div class="record__text">
                            <p>{ names(locale, &one.data) }</p>
                            <p class="record__more">{ format!("{} · {}", one.name, i18n::moment(locale, one.at)) }</p>
                        </div>
                    </li>
                }
            });
            html! {
                <>
                    <ul id="disclosures" class="records">{ for rows }</ul>
                    if let Some(load) = load {
                        <Button id="more" kind={ButtonKind::Secondary} busy={act.busy()} onclick={load}>{ m.security.more }</Button>
                    }
                </>
            }
        }
    };
    html! {
        <section>
            <h2>{ t.log }</h2>
            <p class="muted">{ t.log_why }</p>
            { act.trouble(locale) }
            { content }
        </section>
    }
}
