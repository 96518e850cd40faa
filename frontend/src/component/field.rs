use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Icon, Symbol, code_field::six_digits};
use crate::hook::{Form, field_id, use_locale, use_messages};

/// How much a field holds, so that its width says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    #[default]
    Full,
    /// A phone or ID number.
    Medium,
    /// A code.
    Short,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Full => "input--full",
            Self::Medium => "input--medium",
            Self::Short => "input--short",
        }
    }
}

/// What may be tidied away without surprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tidy {
    #[default]
    Nothing,
    /// All but the six digits of a code.
    Code,
}

impl Tidy {
    fn apply(self, typed: &str) -> String {
        match self {
            Self::Nothing => typed.to_owned(),
            Self::Code => six_digits(typed),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct FieldErrorProps {
    pub form: Form,
    pub name: &'static str,
}

/// What is wrong with a field, between its label and its input.
#[component]
pub fn FieldError(props: &FieldErrorProps) -> Html {
    let (m, locale) = (use_messages(), use_locale());
    let id = format!("{}-error", field_id(props.name));
    let Some(text) = props.form.error(props.name) else {
        return Html::default();
    };
    html! {
        <p {id} class="field__error">
            <Icon symbol={Symbol::Alert} />
            <span>
                <span class="visually-hidden">{ m.common.error_prefix }</span>
                { text.in_language(locale) }
            </span>
        </p>
    }
}

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub form: Form,
    pub name: &'static str,
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    pub children: Html,
}

/// Label, hint, error and whatever is filled in below them.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let id = field_id(props.name);
    let wrong = props.form.error(props.name).is_some();
    html! {
        <div class={classes!("field", wrong.then_some("field--wrong"))}>
            <label class="field__label" for={id.clone()}>{ &props.label }</label>
            if let Some(hint) = &props.hint {
                <p id={format!("{id}-hint")} class="field__hint">{ hint }</p>
            }
            <FieldError form={props.form.clone()} name={props.name} />
            { props.children.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    pub form: Form,
    /// As in the request body.
    pub name: &'static str,
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or("text")]
    pub kind: &'static str,
    #[prop_or("off")]
    pub autocomplete: &'static str,
    #[prop_or("text")]
    pub inputmode: &'static str,
    #[prop_or_default]
    pub width: Width,
    #[prop_or_default]
    pub class: Classes,
    /// Tidies what was typed or pasted, where that can't surprise.
    #[prop_or_default]
    pub tidy: Tidy,
    /// Stands beside the input: a button, a picture.
    #[prop_or_default]
    pub beside: Html,
    /// Stands below the input.
    #[prop_or_default]
    pub below: Html,
}

/// One line of text.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let id = field_id(props.name);
    let wrong = props.form.error(props.name).is_some();
    let described = [
        props.hint.as_ref().map(|_| format!("{id}-hint")),
        wrong.then(|| format!("{id}-error")),
    ];
    let described: Vec<String> = described.into_iter().flatten().collect();

    let oninput = {
        let (form, name, tidy) = (props.form.clone(), props.name, props.tidy);
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let typed = input.value();
            let kept = tidy.apply(&typed);
            if kept != typed {
                input.set_value(&kept);
            }
            form.set(name, kept);
        })
    };
    let onblur = {
        let (form, name) = (props.form.clone(), props.name);
        Callback::from(move |_: FocusEvent| form.leave(name))
    };
    html! {
        <Field form={props.form.clone()} name={props.name} label={props.label.clone()} hint={props.hint.clone()}>
            <div class="field__line">
                <input
                    {id}
                    name={props.name}
                    class={classes!("input", props.width.class(), props.class.clone())}
                    type={props.kind}
                    autocomplete={props.autocomplete}
                    inputmode={props.inputmode}
                    autocapitalize="none"
                    spellcheck="false"
                    value={props.form.value(props.name)}
                    aria-invalid={wrong.then_some("true")}
                    aria-describedby={(!described.is_empty()).then(|| described.join(" "))}
                    {oninput}
                    {onblur}
                />
                { props.beside.clone() }
            </div>
            { props.below.clone() }
        </Field>
    }
}

#[derive(Properties, PartialEq)]
pub struct CheckboxProps {
    pub form: Form,
    pub name: &'static str,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// The label.
    pub children: Html,
}

/// A box to tick.
#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let id = field_id(props.name);
    let wrong = props.form.error(props.name).is_some();
    let onchange = {
        let (form, name) = (props.form.clone(), props.name);
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            form.set(name, if input.checked() { "on" } else { "" });
        })
    };
    html! {
        <div class={classes!("field", wrong.then_some("field--wrong"))}>
            <FieldError form={props.form.clone()} name={props.name} />
            <div class="checkbox">
                <input
                    id={id.clone()}
                    name={props.name}
                    class="checkbox__box"
                    type="checkbox"
                    checked={props.form.values().is_on(props.name)}
                    aria-invalid={wrong.then_some("true")}
                    aria-describedby={wrong.then(|| format!("{id}-error"))}
                    {onchange}
                />
                <label class="checkbox__label" for={id}>
                    { props.children.clone() }
                    if let Some(hint) = &props.hint {
                        <span class="checkbox__hint">{ hint }</span>
                    }
                </label>
            </div>
        </div>
    }
}
