use renzheng_types::verification::{Attempt, IdCardClaim};
use yew::prelude::*;

use crate::{
    check,
    component::{Button, TextField, Width},
    hook::{
        Form, Text, Values, use_api, use_drafts, use_form, use_locale, use_service, use_session,
        use_task,
    },
    i18n,
};

const FORM: &str = "id-card";
const FIELDS: &[&str] = &["name", "id_number"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "name" => check::person_name(values.get("name")),
        "id_number" => check::id_number(values.get("id_number")),
        _ => None,
    }
}

/// The draft that the ID card pages share.
#[hook]
pub fn use_id_card_form() -> Form {
    use_form(FORM, FIELDS, wrong)
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    /// The authority was asked.
    pub onattempt: Callback<Attempt>,
    /// Stands beside the button: the way around.
    #[prop_or_default]
    pub otherwise: Html,
}

/// Name and ID number, and why they are asked.
#[component]
pub fn IdCardForm(props: &Props) -> Html {
    let v = i18n::verification(use_locale());
    let (api, session, drafts) = (use_api(), use_session(), use_drafts());
    let service = use_service();
    let task = use_task();
    let form = &props.form;

    let onsubmit = {
        let (form, task, onattempt) = (form.clone(), task.clone(), props.onattempt.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let claim = IdCardClaim {
                name: form.value("name"),
                id_number: form.value("id_number"),
            };
            let (form, onattempt) = (form.clone(), onattempt.clone());
            let (session, drafts) = (session.clone(), drafts.clone());
            task.run(async move {
                match api.verify_id_card(&claim).await {
                    Ok(attempt) => {
                        if attempt.status == renzheng_types::verification::AttemptStatus::Passed {
                            drafts.forget(FORM);
                            session.clone().refresh().await;
                        }
                        onattempt.emit(attempt);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    html! {
        <form id="id-card-form" novalidate=true {onsubmit}>
            <TextField
                form={form.clone()}
                name="name"
                label={v.name}
                hint={v.name_hint}
                autocomplete="name"
                width={Width::Medium}
            />
            <TextField
                form={form.clone()}
                name="id_number"
                label={v.id_number}
                hint={v.id_number_hint}
                width={Width::Medium}
                class="input--digits"
            />
            <details class="details">
                <summary id="why">{ v.why_title }</summary>
                <p>{ v.why }</p>
            </details>
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={v.submitting}>{ v.submit }</Button>
                { props.otherwise.clone() }
            </div>
            <section class="tips" aria-labelledby="tips">
                <h2 id="tips">{ v.tips_title }</h2>
                <ul>
                    <li>{ v.tips[0] }</li>
                    <li>{ v.tips[1] }</li>
                    <li>
                        { v.tips[2] }
                        <a href={format!("tel:{}", service.help_line)}>{ service.help_line.clone() }</a>
                    </li>
                </ul>
            </section>
        </form>
    }
}
