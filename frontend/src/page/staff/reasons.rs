use renzheng_types::{
    Locale,
    account::Sex,
    hall::{HallCase, HallCaseStatus, HallPerson, HallReason},
};
use yew::prelude::*;

use crate::{
    component::{Fact, Facts, Notice, Tone},
    hook::Form,
    i18n,
};

/// The reasons that staff may give, in the order they are shown.
const REASONS: [HallReason; 7] = [
    HallReason::PhotoDiffers,
    HallReason::CardSuspect,
    HallReason::CardExpired,
    HallReason::DataDiffers,
    HallReason::NotOwnWill,
    HallReason::NoCard,
    HallReason::Other,
];

/// The reason picked in a form, if any.
pub fn picked(form: &Form) -> Option<HallReason> {
    form.values().get("reason").parse().ok()
}

/// One reason out of several.
pub fn reason_field(locale: Locale, form: &Form) -> Html {
    let s = i18n::staff(locale);
    let error = form.error("reason").map(|text| text.in_language(locale));
    let choices = REASONS.into_iter().enumerate().map(|(index, reason)| {
        let word: &'static str = reason.into();
        // The first one carries the field's id: the error summary leads there.
        let id = if index == 0 { "reason".to_owned() } else { format!("reason-{word}") };
        let onchange = {
            let form = form.clone();
            Callback::from(move |_: Event| {
                form.set("reason", word);
                form.forgive("reason");
            })
        };
        html! {
            <div class="checkbox">
                <input id={id.clone()} class="checkbox__box" type="radio" name="reason" value={word} checked={form.values().get("reason") == word} {onchange} />
                <label class="checkbox__label" for={id}>{ (s.reason)(reason) }</label>
            </div>
        }
    });
    html! {
        <fieldset class={classes!("picks", "field", error.is_some().then_some("field--wrong"))}>
            <legend class="field__label">{ s.reason_label }</legend>
            if let Some(error) = &error {
                <p id="reason-error" class="field__error"><span>{ error }</span></p>
            }
            { for choices }
        </fieldset>
    }
}

/// Who it should be: the photo in the register beside name and number.
pub fn person(locale: Locale, person: &HallPerson) -> Html {
    let s = i18n::staff(locale);
    let sex = match person.sex {
        Sex::Female => s.female,
        Sex::Male => s.male,
    };
    let born = i18n::date(locale, person.birth_date);
    html! {
        <section class="hall-person" aria-labelledby="on-file-title">
            <h2 id="on-file-title">{ s.on_file }</h2>
            <div class="hall-person__inner">
                if let Some(portrait) = &person.portrait {
                    <img id="portrait" class="hall-person__photo" src={portrait.clone()} alt={s.portrait} width="144" height="144" />
                } else {
                    <p class="hall-person__photo hall-person__photo--none">{ s.no_portrait }</p>
                }
                <Facts id="person">
                    <Fact label={s.name} id="person-name" value={AttrValue::from(person.name.clone())} />
                    <Fact label={s.id_number} id="person-id-number" value={AttrValue::from(person.id_number.clone())} />
                    <Fact label={s.sex} value={AttrValue::from(sex)} />
                    <Fact label={s.birth_date} value={AttrValue::from(born)} />
                </Facts>
            </div>
        </section>
    }
}

/// What came of a case.
pub fn outcome(locale: Locale, case: &HallCase) -> Html {
    let s = i18n::staff(locale);
    let (tone, title, text) = match case.status {
        HallCaseStatus::Passed => (Tone::Good, s.passed, s.passed_text),
        HallCaseStatus::AwaitingApproval => (Tone::Wait, s.awaiting, s.awaiting_text),
        HallCaseStatus::Waiting => (Tone::Wait, s.waiting, s.waiting_text),
        HallCaseStatus::Failed => (Tone::Bad, s.failed, s.failed_text),
        HallCaseStatus::Refused => (Tone::Info, s.refused, s.refused_text),
        HallCaseStatus::Rejected => (Tone::Info, s.rejected, s.refused_text),
        HallCaseStatus::Open | HallCaseStatus::Closed => (Tone::Info, s.closed, s.closed_text),
    };
    html! {
        <Notice {tone} {title} id="outcome" live=true>
            <p>{ text }</p>
            if let Some(reason) = case.reason {
                <p id="outcome-reason">{ (s.reason)(reason) }</p>
            }
        </Notice>
    }
}
