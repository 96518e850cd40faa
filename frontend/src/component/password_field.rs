use yew::prelude::*;

use super::{Button, ButtonKind, TextField};
use crate::hook::{Form, use_messages};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    pub name: &'static str,
    /// The id of the button that shows what is typed.
    pub show_id: &'static str,
    pub label: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    pub autocomplete: &'static str,
    #[prop_or_default]
    pub below: Html,
}

/// A password, hidden until asked to show it.
#[component]
pub fn PasswordField(props: &Props) -> Html {
    let c = &use_messages().common;
    let shown = use_state(|| false);
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(!*shown))
    };
    let (word, label) = if *shown {
        (c.hide, c.hide_password)
    } else {
        (c.show, c.show_password)
    };
    let beside = html! {
        <Button id={props.show_id} kind={ButtonKind::Quiet} label={label} class="field__show" onclick={toggle}>
            { word }
        </Button>
    };
    html! {
        <TextField
            form={props.form.clone()}
            name={props.name}
            label={props.label.clone()}
            hint={props.hint.clone()}
            kind={if *shown { "text" } else { "password" }}
            autocomplete={props.autocomplete}
            class="input--joined"
            {beside}
            below={props.below.clone()}
        />
    }
}
