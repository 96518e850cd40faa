use renzheng_types::qr_login::QrAsker;
use uuid::Uuid;
use yew::prelude::*;

use crate::{
    api::Failure,
    app::Route,
    component::{
        Button, ButtonKind, ErrorSummary, Fact, Facts, LinkButton, LoadFailed, Notice, Page,
        Skeleton, Tone,
    },
    hook::{
        Form, Loaded, Text, Values, use_api, use_form, use_locale, use_messages, use_remote,
        use_session, use_task,
    },
    i18n::{self, Messages},
};

const FIELDS: &[&str] = &["number"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    let missing = values.get("number").is_empty();
    missing.then(|| Text::ours(|m| m.qr.pick_missing))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Confirmed,
    Denied,
    WrongNumber,
    Gone,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// What asks to sign in, and the person's answer.
#[component]
pub fn ScanTicket(props: &Props) -> Html {
    let (m, api, id) = (use_messages(), use_api(), props.id);
    let asker = use_remote(id, move || api.scan_qr_login(id));
    let end = use_state(|| None::<End>);
    let form = use_form("scan", FIELDS, wrong);
    let onend = {
        let (end, form) = (end.clone(), form.clone());
        Callback::from(move |how| {
            form.set("number", "");
            end.set(Some(how));
        })
    };
    if let Some(end) = *end {
        return ended(m, end);
    }
    let content = match &asker.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) if is_gone(failure) => return ended(m, End::Gone),
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={asker.refresh.clone()} /> }
        }
        Loaded::Ready(asker) => {
            html! { <Question {id} asker={(**asker).clone()} form={form.clone()} {onend} /> }
        }
    };
    html! {
        <Page
            name="scan-ticket"
            title={m.qr.title}
            before={html! { <ErrorSummary form={form.clone()} /> }}
            wrong={!form.summary().is_empty()}
        >
            { content }
        </Page>
    }
}

/// The ticket has lapsed, was used, or never was.
fn is_gone(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

#[derive(Properties, PartialEq)]
struct QuestionProps {
    id: Uuid,
    asker: QrAsker,
    form: Form,
    onend: Callback<End>,
}

#[component]
fn Question(props: &QuestionProps) -> Html {
    let (q, locale) = (&use_messages().qr, use_locale());
    let (api, session, id) = (use_api(), use_session(), props.id);
    let (confirming, denying) = (use_task(), use_task());
    let form = &props.form;
    let answered = {
        let (form, onend) = (form.clone(), props.onend.clone());
        move |answer: Result<End, Failure>| match answer {
            Ok(end) => onend.emit(end),
            Err(failure) if failure.code() == "wrong-number" => onend.emit(End::WrongNumber),
            Err(failure) if is_gone(&failure) => onend.emit(End::Gone),
            Err(failure) => {
                session.note(&failure);
                form.refuse(&failure, &[]);
            }
        }
    };
    let onsubmit = {
        let (form, task, answered) = (form.clone(), confirming.clone(), answered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (number, answered) = (form.value("number"), answered.clone());
            task.run(async move {
                let answer = api.confirm_qr_login(id, &number).await;
                answered(answer.map(|()| End::Confirmed));
            });
        })
    };
    let deny = {
        let task = denying.clone();
        Callback::from(move |()| {
            let answered = answered.clone();
            task.run(async move {
                answered(api.deny_qr_login(id).await.map(|()| End::Denied));
            });
        })
    };
    let numbers = props.asker.numbers.iter().enumerate().map(|(index, number)| {
        let picked = form.values().get("number") == number;
        let onchange = {
            let (form, number) = (form.clone(), number.clone());
            Callback::from(move |_: Event| {
                form.set("number", number.clone());
                form.forgive("number");
            })
        };
        // The first one carries the field's id: the error summary leads there.
        let id = if index == 0 { "number".into() } else { format!("number-{index}") };
        html! {
            <label class="pick">
                <input {id} type="radio" name="number" value={number.clone()} checked={picked} {onchange} />
                <span>{ number }</span>
            </label>
        }
    });
    let error = form.error("number").map(|text| text.in_language(locale));
    let asker = &props.asker;
    html! {
        <form id="scan-form" novalidate=true {onsubmit}>
            <p class="lead">{ q.asks }</p>
            <Facts>
                <Fact label={q.browser} id="asker-browser" value={AttrValue::from(asker.browser.clone())} />
                <Fact label={q.address} id="asker-address" value={AttrValue::from(asker.address.clone())} />
                <Fact label={q.time} value={AttrValue::from(i18n::moment(locale, asker.at))} />
            </Facts>
            <Notice tone={Tone::Wait}><p>{ q.warning }</p></Notice>
            <fieldset class={classes!("picks", "field", error.is_some().then_some("field--wrong"))}>
                <legend class="field__label">{ q.pick }</legend>
                <p class="field__hint">{ q.pick_hint }</p>
                if let Some(error) = error {
                    <p id="number-error" class="field__error"><span>{ error }</span></p>
                }
                <div class="picks__row">{ for numbers }</div>
            </fieldset>
            <div class="actions">
                <Button id="submit" submit=true busy={confirming.busy()} busy_label={q.confirming}>{ q.confirm }</Button>
                <Button id="deny" kind={ButtonKind::Secondary} busy={denying.busy()} onclick={deny}>{ q.deny }</Button>
            </div>
        </form>
    }
}

fn ended(m: &Messages, end: End) -> Html {
    let (q, s) = (&m.qr, &m.security);
    let (tone, title, text) = match end {
        End::Confirmed => (Tone::Good, q.done_title, q.done),
        End::Denied => (Tone::Info, q.refused_title, q.refused),
        End::WrongNumber => (Tone::Bad, q.wrong_title, q.wrong),
        End::Gone => (Tone::Wait, q.gone_title, q.gone),
    };
    html! {
        <Page name="scan-ended" {title}>
            <Notice {tone} id="scan-outcome" live=true><p>{ text }</p></Notice>
            <div class="actions">
                if matches!(end, End::Confirmed | End::Denied) {
                    <LinkButton to={Route::Devices} id="to-devices" secondary=true>{ s.devices }</LinkButton>
                } else {
                    <LinkButton to={Route::Scan} id="to-scan">{ q.scan_title }</LinkButton>
                }
            </div>
        </Page>
    }
}
