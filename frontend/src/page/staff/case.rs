use renzheng_types::{
    hall::{HallCase, HallChecks, HallPass, HallReason},
    verification::IdCardClaim,
};
use yew::prelude::*;

use super::{
    frame::use_staff,
    reasons::{person, picked, reason_field},
};
use crate::{
    api::Failure,
    check,
    component::{Button, ButtonKind, Checkbox, Notice, TextField, Tone, Width},
    hook::{Form, Text, Values, use_api, use_form, use_locale, use_task},
    i18n,
};

const FORM: &str = "staff-case";
const CHECKS: [&str; 4] = [
    "checks.card_genuine",
    "checks.card_in_date",
    "checks.photo_matches",
    "checks.person_present",
];
const FIELDS: &[&str] = &[
    "name",
    "id_number",
    "checks.card_genuine",
    "checks.card_in_date",
    "checks.photo_matches",
    "checks.person_present",
    "differs",
    "reason",
];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "name" => check::person_name(values.get("name")),
        "id_number" => check::id_number(values.get("id_number")),
        "reason" => values
            .get("reason")
            .is_empty()
            .then(|| Text::by(|locale| i18n::staff(locale).reason_missing.into())),
        check if CHECKS.contains(&check) => (!values.is_on(check))
            .then(|| Text::by(|locale| i18n::staff(locale).check_missing.into())),
        _ => None,
    }
}

#[hook]
pub fn use_case_form() -> Form {
    use_form(FORM, FIELDS, wrong)
}

/// Nothing of one person stays for the next.
pub fn clear(form: &Form) {
    for field in FIELDS {
        form.set(field, "");
    }
    form.clear_errors();
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub case: HallCase,
    pub form: Form,
    pub ondone: Callback<HallCase>,
    /// There is nothing more to be done here.
    pub onnext: Callback<()>,
}

/// Who it should be, what is to be checked, and the clerk's decision.
#[component]
pub fn OpenCase(props: &Props) -> Html {
    let locale = use_locale();
    let s = i18n::staff(locale);
    let (api, staff) = (use_api(), use_staff());
    let (passing, refusing, closing) = (use_task(), use_task(), use_task());
    let refusal = use_state(|| false);
    let (form, case) = (&props.form, &props.case);
    let id = case.id;
    // Without an identity on file, or with another, the card's is typed.
    let typed = case.person.is_none() || form.values().is_on("differs");

    let answered = {
        let (form, staff, ondone) = (form.clone(), staff, props.ondone.clone());
        move |answer: Result<HallCase, Failure>| match answer {
            Ok(done) => ondone.emit(done),
            Err(failure) => {
                staff.note(&failure);
                form.refuse(&failure, &[]);
            }
        }
    };
    let onpass = {
        let (form, task, answered) = (form.clone(), passing.clone(), answered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut fields = CHECKS.to_vec();
            if typed {
                fields.extend(["name", "id_number"]);
            }
            if task.busy() || !form.accept(&fields) {
                return;
            }
            let on = |field: &str| form.values().is_on(field);
            let pass = HallPass {
                checks: HallChecks {
                    card_genuine: on("checks.card_genuine"),
                    card_in_date: on("checks.card_in_date"),
                    photo_matches: on("checks.photo_matches"),
                    person_present: on("checks.person_present"),
                },
                identity: typed.then(|| IdCardClaim {
                    name: form.value("name"),
                    id_number: form.value("id_number"),
                }),
            };
            let answered = answered.clone();
            task.run(async move { answered(api.pass_hall_case(id, &pass).await) });
        })
    };
    let onrefuse = {
        let (form, task, answered) = (form.clone(), refusing.clone(), answered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["reason"]) {
                return;
            }
            let reason = picked(&form).unwrap_or(HallReason::Other);
            let answered = answered.clone();
            task.run(async move { answered(api.refuse_hall_case(id, reason).await) });
        })
    };
    let onclose = {
        let (task, onnext) = (closing.clone(), props.onnext.clone());
        Callback::from(move |()| {
            let onnext = onnext.clone();
            // Whatever it answers, the clerk is through with it: a case left open lapses by itself.
            task.run(async move {
                let _ = api.release_hall_case(id).await;
                onnext.emit(());
            });
        })
    };
    let turn = |to: bool| {
        let (refusal, form) = (refusal.clone(), form.clone());
        Callback::from(move |()| {
            form.clear_errors();
            refusal.set(to);
        })
    };
    let until = case.expires_at.map(|at| i18n::moment(locale, at));
    html! {
        <>
            if let Some(found) = &case.person {
                { person(locale, found) }
            } else {
                <Notice tone={Tone::Info} id="no-identity"><p>{ s.no_identity }</p></Notice>
            }
            if *refusal {
                <form id="refuse-form" novalidate=true onsubmit={onrefuse}>
                    { reason_field(locale, form) }
                    <div class="actions">
                        <Button id="refuse-now" submit=true busy={refusing.busy()} busy_label={s.recording}>{ s.refuse_now }</Button>
                        <Button id="refuse-not" kind={ButtonKind::Quiet} onclick={turn(false)}>{ s.refuse_not }</Button>
                    </div>
                </form>
            } else {
                <form id="case-form" novalidate=true onsubmit={onpass}>
                    if case.person.is_some() {
                        <Checkbox form={form.clone()} name="differs" hint={s.differs_hint}>{ s.differs }</Checkbox>
                    }
                    if typed {
                        <TextField form={form.clone()} name="name" label={s.card_name} width={Width::Medium} />
                        <TextField form={form.clone()} name="id_number" label={s.card_id_number} width={Width::Medium} class="input--digits" />
                    }
                    <fieldset class="picks hall-checks">
                        <legend class="field__label">{ s.checks }</legend>
                        { for CHECKS.iter().zip(s.check).map(|(name, words)| html! {
                            <Checkbox form={form.clone()} name={*name}>{ words }</Checkbox>
                        }) }
                    </fieldset>
                    <div class="actions">
                        <Button id="submit" submit=true busy={passing.busy()} busy_label={s.recording}>{ s.pass }</Button>
                        <Button id="refuse" kind={ButtonKind::Secondary} onclick={turn(true)}>{ s.refuse }</Button>
                        <Button id="close-case" kind={ButtonKind::Quiet} busy={closing.busy()} onclick={onclose}>{ s.close }</Button>
                    </div>
                    if let Some(until) = until {
                        <p class="muted">{ (s.until)(&until) }</p>
                    }
                </form>
            }
        </>
    }
}
