use renzheng_types::{
    Locale,
    admin::{AccountKey, AccountSearch, AccountStatus, ActReason, AdminAccountEntry},
    value::{CaseNumber, IdNumber, Phone},
};
use strum::IntoEnumIterator;
use yew::prelude::*;

use super::{
    field::{Choices, Select, choices},
    frame::ConsolePage,
    place::Place,
};
use crate::{
    browser, check,
    component::{Button, ErrorSummary, LevelBadge, Notice, RouteLink, TextField, Tone, Width},
    hook::{Form, Text, Values, use_api, use_form, use_locale, use_task},
    i18n,
    page::staff::use_staff,
};

const FORM: &str = "console-search";
const FIELDS: &[&str] = &["by", "value", "reason", "case_number"];
const KEYS: [AccountKey; 3] = [AccountKey::Phone, AccountKey::IdNumber, AccountKey::Email];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let value = values.get("value");
    match (field, values.get("by")) {
        ("value", "id-number") => check::told(
            IdNumber::parse(value, browser::china_date(browser::now())),
            ("请输入身份证号", "Enter an ID number"),
        ),
        // Its form is the server's business.
        ("value", "email") => missing(value),
        ("value", _) => check::told(
            Phone::parse(value),
            ("请输入手机号码", "Enter a mobile number"),
        ),
        _ => why_is_wrong(field, values),
    }
}

/// Why, and the case: asked before anything is done to an account.
pub fn why_is_wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "reason" if values.get("reason").is_empty() => Some(Text::by(|locale| {
            locale.pick("请选择原因", "Choose a reason").into()
        })),
        "case_number" if !values.get("case_number").trim().is_empty() => {
            check::told(CaseNumber::parse(values.get("case_number")), ("", ""))
        }
        _ => None,
    }
}

pub fn missing(value: &str) -> Option<Text> {
    let empty = value.trim().is_empty();
    empty.then(|| Text::by(|locale| i18n::console_words(locale).required.into()))
}

pub fn reasons(locale: Locale) -> Choices {
    choices(ActReason::iter().map(|reason| (reason.into(), i18n::act_reason(locale, reason))))
}

/// What was chosen, once the form is accepted.
pub fn chosen(form: &Form) -> (ActReason, Option<String>) {
    let reason = form.value("reason").parse().unwrap_or(ActReason::Fault);
    let number = form.value("case_number").trim().to_owned();
    (reason, (!number.is_empty()).then_some(number))
}

/// 人员: one person, by what is exactly theirs.
#[component]
pub fn People() -> Html {
    let locale = use_locale();
    let (w, p) = (i18n::console_words(locale), i18n::people_words(locale));
    let (api, staff) = (use_api(), use_staff());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let found = use_state(|| None::<Vec<AdminAccountEntry>>);
    let onsubmit = {
        let (form, task, found) = (form.clone(), task.clone(), found.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (reason, case_number) = chosen(&form);
            let search = AccountSearch {
                by: form.value("by").parse().unwrap_or(AccountKey::Phone),
                value: form.value("value"),
                reason,
                case_number,
            };
            let (form, found, staff) = (form.clone(), found.clone(), staff.clone());
            found.set(None);
            task.run(async move {
                match api.search_accounts(&search).await {
                    Ok(list) => {
                        // Whose number it was does not stay in the browser.
                        form.set("value", "");
                        found.set(Some(list.items));
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let keys = choices(KEYS.map(|key| (key.into(), i18n::account_key(locale, key))));
    let result = found.as_ref().map(|found| match found.first() {
        Some(entry) => entry_of(locale, entry),
        None => html! {
            <Notice tone={Tone::Info} title={p.nobody} id="nobody" live=true><p>{ p.nobody_text }</p></Notice>
        },
    });
    let before = html! { <ErrorSummary form={form.clone()} /> };
    html! {
        <ConsolePage name="console-people" title={w.people} here={Place::People} {before} wrong={!form.summary().is_empty()}>
            <p class="muted">{ p.search_lead }</p>
            <form id="search-form" class="console-form" novalidate=true {onsubmit}>
                <Select form={form.clone()} name="by" label={p.by} choices={keys} empty={AttrValue::from(p.phone)} />
                <TextField form={form.clone()} name="value" label={p.value} width={Width::Medium} class="input--digits" />
                <Select form={form.clone()} name="reason" label={p.reason} choices={reasons(locale)} />
                <TextField form={form.clone()} name="case_number" label={p.case_number} hint={p.case_number_hint} width={Width::Medium} />
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={p.searching}>{ p.search }</Button>
                </div>
            </form>
            { for result }
        </ConsolePage>
    }
}

fn entry_of(locale: Locale, entry: &AdminAccountEntry) -> Html {
    let p = i18n::people_words(locale);
    let name = entry.name.clone().unwrap_or_else(|| "—".into());
    let registered = i18n::moment(locale, entry.created_at);
    html! {
        <section id="found" class="console-card" role="status" aria-labelledby="found-title">
            <h2 id="found-title">{ p.found }</h2>
            <p class="console-card__lead">
                <strong>{ name }</strong><span>{ &entry.phone }</span>
                <LevelBadge level={entry.level} />
                { account_state(locale, entry.status) }
            </p>
            <p class="muted">{ format!("{} {registered}", p.registered_at) }</p>
            <p class="actions"><RouteLink to={Place::Person(entry.id).route()} id="open-account" class="button button--primary">{ p.open }</RouteLink></p>
        </section>
    }
}

/// Whether the account may be used.
pub fn account_state(locale: Locale, status: AccountStatus) -> Html {
    let p = i18n::people_words(locale);
    match status {
        AccountStatus::Active => super::frame::state("good", p.active),
        AccountStatus::Locked => super::frame::state("bad", p.locked),
    }
}
