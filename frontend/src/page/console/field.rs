use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::{
    component::Field,
    hook::{Form, field_id, use_locale},
    i18n,
};

/// What may be chosen: its value and its name.
pub type Choices = Vec<(AttrValue, AttrValue)>;

/// Choices by their words.
pub fn choices<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Choices {
    let all = all.into_iter();
    all.map(|(value, name)| (value.to_owned().into(), name.to_owned().into()))
        .collect()
}

#[derive(Properties, PartialEq)]
pub struct SelectProps {
    pub form: Form,
    pub name: &'static str,
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    pub choices: Choices,
    /// Stands for nothing chosen.
    #[prop_or_default]
    pub empty: Option<AttrValue>,
}

/// One of a few.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let w = i18n::console_words(use_locale());
    let id = field_id(props.name);
    let wrong = props.form.error(props.name).is_some();
    let value = props.form.value(props.name);
    let onchange = {
        let (form, name) = (props.form.clone(), props.name);
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            form.set(name, select.value());
            form.forgive(name);
        })
    };
    let options = props.choices.iter().map(|(key, name)| {
        html! { <option value={key.clone()} selected={*key == value}>{ name }</option> }
    });
    let empty = props.empty.clone().unwrap_or_else(|| w.choose.into());
    html! {
        <Field form={props.form.clone()} name={props.name} label={props.label.clone()} hint={props.hint.clone()}>
            <div class="field__line">
                <select {id} name={props.name} class="input input--medium" aria-invalid={wrong.then_some("true")}
                    aria-describedby={described(props.name, props.hint.is_some(), wrong)} {onchange}>
                    <option value="" selected={value.is_empty()}>{ empty }</option>
                    { for options }
                </select>
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct LinesProps {
    pub form: Form,
    pub name: &'static str,
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or(3)]
    pub rows: u32,
}

/// Several lines of text.
#[component]
pub fn Lines(props: &LinesProps) -> Html {
    let id = field_id(props.name);
    let wrong = props.form.error(props.name).is_some();
    let oninput = {
        let (form, name) = (props.form.clone(), props.name);
        Callback::from(move |event: InputEvent| {
            let input: HtmlTextAreaElement = event.target_unchecked_into();
            form.set(name, input.value());
        })
    };
    let onblur = {
        let (form, name) = (props.form.clone(), props.name);
        Callback::from(move |_: FocusEvent| form.leave(name))
    };
    html! {
        <Field form={props.form.clone()} name={props.name} label={props.label.clone()} hint={props.hint.clone()}>
            <div class="field__line">
                <textarea {id} name={props.name} class="input console-lines" rows={props.rows.to_string()} spellcheck="false"
                    autocapitalize="none" value={props.form.value(props.name)} aria-invalid={wrong.then_some("true")}
                    aria-describedby={described(props.name, props.hint.is_some(), wrong)} {oninput} {onblur} />
            </div>
        </Field>
    }
}

fn described(name: &str, hint: bool, wrong: bool) -> Option<String> {
    let id = field_id(name);
    let parts = [
        hint.then(|| format!("{id}-hint")),
        wrong.then(|| format!("{id}-error")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
