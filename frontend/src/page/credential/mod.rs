//! Changing what the account is reached and entered by. Each begins with a step-up.

mod activation;
mod email;
mod password;
mod phone;

pub use activation::ActivateEmail;
pub use email::Email;
pub use password::{NewPassword, Password};
pub use phone::ChangePhone;
use renzheng_types::Locale;
use yew::prelude::*;

use crate::{
    api::Failure,
    app::Route,
    component::{Back, ErrorSummary, LinkButton, Notice, Page, Steps, Tone},
    hook::{Form, use_locale},
    i18n,
};

/// The frame of a change in three steps: prove who is there, give the new value, done.
#[derive(Properties, PartialEq)]
struct FlowProps {
    name: &'static str,
    title: &'static str,
    steps: &'static [&'static str],
    current: usize,
    #[prop_or_default]
    form: Option<Form>,
    children: Html,
}

#[component]
fn Flow(props: &FlowProps) -> Html {
    let w = i18n::credential(use_locale());
    let last = props.current + 1 == props.steps.len();
    let before = html! {
        <>
            <Back to={Route::Profile}>{ w.back }</Back>
            <Steps label={props.title} steps={props.steps} current={props.current} finished={last} />
            if let Some(form) = &props.form {
                <ErrorSummary form={form.clone()} />
            }
        </>
    };
    let wrong = props
        .form
        .as_ref()
        .is_some_and(|form| !form.summary().is_empty());
    html! {
        <Page name={props.name} title={props.title} {before} {wrong}>{ props.children.clone() }</Page>
    }
}

#[derive(Properties, PartialEq)]
struct DoneProps {
    title: AttrValue,
    text: AttrValue,
}

/// The end of a change.
#[component]
fn Done(props: &DoneProps) -> Html {
    let w = i18n::credential(use_locale());
    html! {
        <>
            <Notice tone={Tone::Good} title={props.title.clone()} id="done" live=true><p>{ &props.text }</p></Notice>
            <div class="actions">
                <LinkButton to={Route::Profile} id="to-profile">{ w.to_profile }</LinkButton>
            </div>
        </>
    }
}

/// Whether the proof has lapsed, so that it must be given once more.
fn lapsed(failure: &Failure) -> bool {
    failure.code() == "step-up-required"
}

/// Where a change has got to.
#[derive(Clone, PartialEq)]
enum Step {
    Prove,
    /// The proof has lapsed: once more.
    Lapsed,
    /// With the proof.
    Change(String),
    Done,
}

impl Step {
    fn proof(&self) -> Option<String> {
        match self {
            Self::Change(proof) => Some(proof.clone()),
            Self::Prove | Self::Lapsed | Self::Done => None,
        }
    }

    /// The news to show above the step-up.
    fn news(&self, locale: Locale) -> Html {
        match self {
            Self::Lapsed => html! {
                <Notice tone={Tone::Wait} id="proof-lapsed" live=true><p>{ i18n::credential(locale).lapsed }</p></Notice>
            },
            Self::Prove | Self::Change(_) | Self::Done => Html::default(),
        }
    }
}
