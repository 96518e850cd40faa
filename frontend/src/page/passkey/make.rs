use yew::prelude::*;

use super::{FIELDS, wrong};
use crate::{
    api::{Failure, Holder},
    browser,
    component::{Button, ErrorSummary, TextField, Width},
    hook::{Text, use_api, use_form, use_locale, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the browser is asked to make, as the server put it.
    pub asked: AttrValue,
    pub holder: Holder,
    /// With the recovery codes, when this is the first second factor.
    pub onmade: Callback<Vec<String>>,
    pub onlapsed: Callback<()>,
    /// Hears of what failed.
    pub note: Callback<Failure>,
    pub cancel: Html,
}

/// The name, and the browser's part. A refusal of the browser costs nothing: it can be asked again.
#[component]
pub fn Make(props: &Props) -> Html {
    let w = i18n::passkey(use_locale());
    let (api, holder) = (use_api(), props.holder);
    let form = use_form("passkey", FIELDS, wrong);
    let task = use_task();
    {
        let form = form.clone();
        use_effect_with((), move |()| {
            if form.value("name").is_empty() {
                form.set("name", w.device_name);
            }
        });
    }
    let onsubmit = {
        let (form, task) = (form.clone(), task.clone());
        let asked = props.asked.clone();
        let (onmade, onlapsed) = (props.onmade.clone(), props.onlapsed.clone());
        let note = props.note.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, asked, note) = (form.clone(), asked.clone(), note.clone());
            let (onmade, onlapsed) = (onmade.clone(), onlapsed.clone());
            task.run(async move {
                let made = browser::passkey("create", &asked).await;
                match api.add_passkey(holder, form.value("name"), made).await {
                    Ok(Some(codes)) => {
                        form.set("name", "");
                        onmade.emit(codes);
                    }
                    Ok(None) => {
                        form.object(Text::by(|locale| i18n::passkey(locale).declined.into()));
                    }
                    Err(failure) if failure.status() == Some(410) => onlapsed.emit(()),
                    Err(failure) => {
                        form.refuse(&failure, &[]);
                        note.emit(failure);
                    }
                }
            });
        })
    };
    html! {
        <form id="passkey-form" novalidate=true {onsubmit}>
            <ErrorSummary form={form.clone()} />
            <p class="lead">{ w.ready }</p>
            <TextField form={form.clone()} name="name" label={w.name} hint={w.name_hint} width={Width::Medium} />
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={w.creating}>{ w.create }</Button>
                { props.cancel.clone() }
            </div>
        </form>
    }
}
