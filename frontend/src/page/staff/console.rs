use renzheng_types::hall::HallCase;
use yew::prelude::*;

use super::{case::OpenCase, frame::StaffPage, lookup::Lookup, reasons::outcome};
use crate::{
    app::Route,
    browser,
    component::{Button, ErrorSummary},
    hook::use_locale,
    i18n,
};

/// What the clerk is at.
#[derive(Clone, PartialEq)]
enum Step {
    /// Waits for a code.
    Code,
    Case(HallCase),
    Done(HallCase),
}

/// 窗口办理: one person at a time. Take the code, compare, record; then the next.
#[component]
pub fn Console() -> Html {
    let locale = use_locale();
    let s = i18n::staff(locale);
    let step = use_state(|| Step::Code);
    let lookup = super::lookup::use_lookup_form();
    let case = super::case::use_case_form();
    let oncase = {
        let (step, case) = (step.clone(), case.clone());
        Callback::from(move |found| {
            super::case::clear(&case);
            step.set(Step::Case(found));
            browser::focus_heading();
        })
    };
    let ondone = {
        let (step, case) = (step.clone(), case.clone());
        Callback::from(move |done: HallCase| {
            super::case::clear(&case);
            step.set(Step::Done(done));
            browser::focus_heading();
        })
    };
    let onnext = {
        let step = step.clone();
        Callback::from(move |()| {
            step.set(Step::Code);
            browser::focus_heading();
        })
    };
    let (title, form, content) = match &*step {
        Step::Code => (
            s.lookup_title,
            Some(&lookup),
            html! { <Lookup form={lookup.clone()} {oncase} /> },
        ),
        Step::Case(found) => {
            let key = found.id.as_u128();
            (
                s.case_title,
                Some(&case),
                html! { <OpenCase {key} case={found.clone()} form={case.clone()} {ondone} onnext={onnext.clone()} /> },
            )
        }
        Step::Done(done) => (
            s.done_title,
            None,
            html! {
                <>
                    { outcome(locale, done) }
                    <div class="actions"><Button id="next" onclick={onnext.clone()}>{ s.next }</Button></div>
                </>
            },
        ),
    };
    let before = match form {
        Some(form) => html! { <ErrorSummary form={form.clone()} /> },
        None => Html::default(),
    };
    let wrong = form.is_some_and(|form| !form.summary().is_empty());
    html! {
        <StaffPage name="staff-hall" {title} here={Route::StaffHall} {before} {wrong}>{ content }</StaffPage>
    }
}
