use renzheng_types::application::{Authorization, AuthorizationDecision, ConsentItem};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    component::{Button, ButtonKind, NewWindowLink},
    hook::use_locale,
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub asked: Authorization,
    pub busy: bool,
    pub ondecide: Callback<AuthorizationDecision>,
    /// Signs in as somebody else.
    pub onagain: Callback<()>,
}

/// Who asks, for what each datum is, and what exactly would be told.
#[component]
pub fn Ask(props: &Props) -> Html {
    let t = i18n::application(use_locale());
    let asked = &props.asked;
    let chosen = use_state(|| {
        let presumed = |item: &&ConsentItem| item.agreed || !item.separate;
        let items = asked.items.iter().filter(presumed);
        items.map(|item| item.scope.clone()).collect::<Vec<_>>()
    });
    let toggle = {
        let chosen = chosen.clone();
        Callback::from(move |(scope, on): (String, bool)| {
            let mut scopes: Vec<String> = (*chosen).clone();
            scopes.retain(|one| *one != scope);
            if on {
                scopes.push(scope);
            }
            chosen.set(scopes);
        })
    };
    let onsubmit = {
        let (decide, chosen) = (props.ondecide.clone(), chosen.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            decide.emit(AuthorizationDecision {
                allow: true,
                scopes: (*chosen).clone(),
            });
        })
    };
    let deny = props.ondecide.reform(|()| AuthorizationDecision {
        allow: false,
        scopes: Vec::new(),
    });
    let item = |item: &ConsentItem| {
        let on = item.required || chosen.contains(&item.scope);
        html! { <Item key={item.scope.clone()} item={item.clone()} {on} ontoggle={toggle.clone()} /> }
    };
    let usual = asked.items.iter().filter(|item| !item.separate).map(item);
    let sensitive: Vec<&ConsentItem> = asked.items.iter().filter(|item| item.separate).collect();
    let name = asked.application.name.as_str();
    html! {
        <form id="consent" novalidate=true {onsubmit}>
            <div class="applicant">
                if let Some(logo) = &asked.application.logo {
                    <img class="applicant__logo" src={logo.clone()} alt="" width="56" height="56" />
                }
                <p>
                    { t.account }{ " " }<strong id="account">{ asked.account.clone() }</strong>{ " " }
                    <Button id="other-account" kind={ButtonKind::Quiet} onclick={props.onagain.clone()}>{ t.account_change }</Button>
                </p>
            </div>
            <h2>{ t.asks }</h2>
            <ul class="scopes">{ for usual }</ul>
            if !sensitive.is_empty() {
                <section class="scopes--sensitive" aria-labelledby="sensitive">
                    <h2 id="sensitive">{ t.sensitive }</h2>
                    <ul class="scopes">{ for sensitive.into_iter().map(item) }</ul>
                    <p class="muted">{ t.sensitive_why }</p>
                </section>
            }
            <div class="actions">
                <Button id="allow" submit=true busy={props.busy} busy_label={t.allowing}>{ t.allow }</Button>
                <Button id="deny" kind={ButtonKind::Secondary} waiting={props.busy} onclick={deny}>{ t.deny }</Button>
            </div>
            <p class="muted">{ t.later }</p>
            if let Some(href) = &asked.application.policy_url {
                <p><NewWindowLink href={href.clone()} id="policy">{ (t.policy)(name) }</NewWindowLink></p>
            }
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct ItemProps {
    item: ConsentItem,
    on: bool,
    ontoggle: Callback<(String, bool)>,
}

#[component]
fn Item(props: &ItemProps) -> Html {
    let t = i18n::application(use_locale());
    let item = &props.item;
    let id = format!("scope-{}", item.scope);
    let onchange = {
        let (toggle, scope) = (props.ontoggle.clone(), item.scope.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            toggle.emit((scope.clone(), input.checked()));
        })
    };
    let values = item.values.iter().map(|value| {
        html! {
            <div class="scope__value"><dt>{ value.label.clone() }</dt><dd>{ value.value.clone() }</dd></div>
        }
    });
    let text = html! {
        <>
            <strong>{ item.title.clone() }</strong>
            <span class="checkbox__hint">{ t.for_what }{ item.purpose.clone() }</span>
        </>
    };
    html! {
        <li class="scope">
            if item.required {
                <p class="scope__fixed">{ text }</p>
            } else {
                <div class="checkbox">
                    <input id={id.clone()} class="checkbox__box" type="checkbox" checked={props.on} {onchange} />
                    <label class="checkbox__label" for={id}>{ text }</label>
                </div>
            }
            if !item.values.is_empty() {
                <dl class="scope__values">{ for values }</dl>
            }
        </li>
    }
}
