use std::{cell::RefCell, collections::BTreeMap};

use renzheng_types::{
    step_up::StepUpPurpose,
    verification::{Attempt, AttemptStatus, FieldKind, Method, MethodState},
};
use yew::prelude::*;

use crate::{
    api::Failure,
    app::Route,
    browser, check,
    component::{
        Back, Button, ErrorSummary, Fact, Facts, Notice, Page, StepUp, Steps, TextField, Tone,
        Width,
    },
    hook::{
        Text, Values, use_api, use_drafts, use_form, use_locale, use_session, use_steps, use_task,
    },
    i18n,
};

use super::offer::use_offer;

thread_local! {
    /// Each list of fields that the server has asked for. There are about as many as there are methods.
    static ASKED: RefCell<Vec<&'static [&'static str]>> = const { RefCell::new(Vec::new()) };
    /// What each field of the form on the screen takes, and its label.
    static KINDS: RefCell<BTreeMap<String, (FieldKind, String)>> = const { RefCell::new(BTreeMap::new()) };
}

/// The names of the fields that are to be filled in, those on file left out; kept for as long as the page lives, for
/// forms know their fields by name.
fn asked(state: &MethodState) -> &'static [&'static str] {
    let fields = || {
        let fields = state.fields.iter();
        fields.filter(|field| field.value_on_file.is_none())
    };
    KINDS.set(
        fields()
            .map(|field| (field.name.clone(), (field.kind, field.label.clone())))
            .collect(),
    );
    ASKED.with_borrow_mut(|known| {
        let same = known
            .iter()
            .find(|names| fields().map(|field| &field.name).eq(names.iter()));
        if let Some(names) = same {
            return *names;
        }
        let names: Vec<&'static str> = fields().map(|field| &*field.name.clone().leak()).collect();
        known.push(names.leak());
        known[known.len() - 1]
    })
}

/// The same rules as the server's, by what a field takes.
fn wrong(field: &str, values: &Values) -> Option<Text> {
    let (kind, label) = KINDS.with_borrow(|kinds| kinds.get(field).cloned())?;
    let today = browser::china_date(browser::now());
    let missing = (format!("请填写{label}"), format!("Enter: {label}"));
    check::told(
        kind.check(values.get(field), today),
        (&missing.0, &missing.1),
    )
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub method: Method,
}

/// A method that asks by form: ① the phone, ② what the server says it asks, ③ the result.
#[component]
pub fn FormMethod(props: &Props) -> Html {
    let v = i18n::verification(use_locale());
    let (name, about) = (v.method)(props.method);
    let content = match use_offer(props.method) {
        Ok(state) => return html! { <Form {state} /> },
        Err(instead) => instead,
    };
    html! {
        <Page name="method" title={name} before={html! { <Back to={Route::Verifications}>{ v.back }</Back> }}>
            <p class="lead">{ about }</p>
            { content }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    state: MethodState,
}

#[derive(Clone, PartialEq)]
enum Step {
    Prove,
    /// The proof has lapsed: once more.
    Lapsed,
    /// With the proof.
    Fill(String),
}

#[component]
fn Form(props: &FormProps) -> Html {
    let v = i18n::verification(use_locale());
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let method = props.state.method;
    let draft: &'static str = method.into();
    let fields = asked(&props.state);
    let form = use_form(draft, fields, wrong);
    let task = use_task();
    let steps = use_steps(|| Step::Prove);
    let fills = matches!(steps.current(), Step::Fill(_));
    let onproof = {
        let steps = steps.clone();
        Callback::from(move |proof| steps.go_on(Step::Fill(proof)))
    };
    let onsubmit = {
        let (form, task, steps) = (form.clone(), task.clone(), steps.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Step::Fill(proof) = steps.current().clone() else {
                return;
            };
            if task.busy() || !form.accept(fields) {
                return;
            }
            let values: BTreeMap<&'static str, String> = fields
                .iter()
                .map(|field| (*field, form.value(field)))
                .collect();
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            let steps = steps.clone();
            task.run(async move {
                match api.verify(method, &proof, &values).await {
                    Ok(Attempt { id, status, .. }) => {
                        if status == AttemptStatus::Passed {
                            drafts.forget(draft);
                            session.clone().refresh().await;
                        }
                        // The proof is used up, whatever came of it.
                        steps.end_at(&Route::Attempt { id });
                    }
                    Err(failure) if is_lapsed(&failure) => steps.restart(Step::Lapsed),
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let (name, about) = (v.method)(method);
    let current = usize::from(fills);
    let content = if !fills {
        html! {
            <>
                <p class="lead">{ about }</p>
                if *steps.current() == Step::Lapsed {
                    <Notice tone={Tone::Wait} id="proof-lapsed" live=true><p>{ v.proof_lapsed }</p></Notice>
                }
                <StepUp purpose={StepUpPurpose::Verification} {onproof} />
            </>
        }
    } else {
        let on_file = props.state.fields.iter().filter_map(|field| {
            let value = AttrValue::from(field.value_on_file.clone()?);
            Some(html! { <Fact label={field.label.clone()} {value} /> })
        });
        let inputs = props
            .state
            .fields
            .iter()
            .filter(|field| field.value_on_file.is_none())
            .zip(fields)
            .map(|(field, &name)| {
                let hint =
                    Some(AttrValue::from(field.hint.clone())).filter(|hint| !hint.is_empty());
                html! {
                    <TextField form={form.clone()} {name} label={field.label.clone()} {hint}
                        inputmode={field.kind.input_mode()} autocomplete={field.kind.autocomplete()}
                        width={Width::Medium} class="input--digits" />
                }
            });
        html! {
            <form id="method-form" novalidate=true {onsubmit}>
                <Facts id="on-file">{ for on_file }</Facts>
                { for inputs }
                <p id="use-of-data" class="muted">{ v.use_of_data }</p>
                <div class="actions">
                    <Button id="submit" submit=true busy={task.busy()} busy_label={v.submitting}>{ v.submit }</Button>
                </div>
            </form>
        }
    };
    let before = html! {
        <>
            <Back to={Route::Verifications}>{ v.back }</Back>
            <Steps label={name} steps={&v.steps[..]} {current} />
            if fills {
                <ErrorSummary form={form.clone()} />
            }
        </>
    };
    let wrong = fills && !form.summary().is_empty();
    html! {
        <Page name="method" title={name} {before} {wrong}>{ content }</Page>
    }
}

fn is_lapsed(failure: &Failure) -> bool {
    failure.code() == "step-up-required"
}
