use renzheng_types::passkey::Passkey;
use yew::prelude::*;

use super::{FIELDS, wrong};
use crate::{
    api::{Failure, Holder},
    browser,
    component::{Button, ButtonKind, ErrorSummary, TextField, Width},
    hook::{use_api, use_form, use_locale, use_messages, use_task},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub passkey: Passkey,
    pub holder: Holder,
    /// Hears of what failed.
    pub note: Callback<Failure>,
    /// What leads to taking it away.
    pub remove: Callback<Passkey, Html>,
}

/// A passkey in a list, renamed where it stands.
#[component]
pub fn Row(props: &Props) -> Html {
    let locale = use_locale();
    let (w, m) = (i18n::passkey(locale), &use_messages().me);
    let (api, holder) = (use_api(), props.holder);
    let form = use_form("passkey-name", FIELDS, wrong);
    let task = use_task();
    let passkey = use_state(|| props.passkey.clone());
    let (editing, saved) = (use_state(|| false), use_state(|| false));
    let edit = {
        let (form, editing, saved) = (form.clone(), editing.clone(), saved.clone());
        let name = passkey.name.clone();
        Callback::from(move |()| {
            form.set("name", name.clone());
            saved.set(false);
            editing.set(true);
        })
    };
    let cancel = {
        let (form, editing) = (form.clone(), editing.clone());
        Callback::from(move |()| {
            form.clear_errors();
            editing.set(false);
        })
    };
    let onsubmit = {
        let (form, task, note) = (form.clone(), task.clone(), props.note.clone());
        let (editing, saved, passkey) = (editing.clone(), saved.clone(), passkey.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, note, id) = (form.clone(), note.clone(), passkey.id);
            let (editing, saved, passkey) = (editing.clone(), saved.clone(), passkey.clone());
            task.run(async move {
                match api.rename_passkey(holder, id, form.value("name")).await {
                    Ok(renamed) => {
                        passkey.set(renamed);
                        editing.set(false);
                        saved.set(true);
                    }
                    Err(failure) => {
                        form.refuse(&failure, &[]);
                        note.emit(failure);
                    }
                }
            });
        })
    };
    // The focus follows into the field.
    use_effect_with(*editing, |&editing| {
        if editing {
            browser::focus("name");
        }
    });
    let name = passkey.name.clone();
    if *editing {
        return html! {
            <li class="record">
                <form id="passkey-form" class="record__form" novalidate=true {onsubmit}>
                    <ErrorSummary form={form.clone()} />
                    <TextField form={form.clone()} name="name" label={w.name} width={Width::Medium} />
                    <div class="actions">
                        <Button id="save-passkey" submit=true busy={task.busy()} busy_label={m.saving}>{ m.save }</Button>
                        <Button id="cancel-passkey" kind={ButtonKind::Quiet} onclick={cancel}>{ m.cancel }</Button>
                    </div>
                </form>
            </li>
        };
    }
    let used = passkey.last_used_at.map_or(w.never_used.to_owned(), |at| {
        (w.used_on)(&i18n::moment(locale, at))
    });
    html! {
        <li class="record">
            <div class="record__text">
                <p><strong>{ name.clone() }</strong></p>
                <p class="record__more">{ used }</p>
                <p class="record__more">{ (w.added_on)(&i18n::moment(locale, passkey.created_at)) }</p>
                <div role="status">
                    if *saved { <p class="record__more" id="passkey-saved">{ w.renamed }</p> }
                </div>
            </div>
            <div class="record__actions">
                <Button id="rename-passkey" kind={ButtonKind::Quiet} label={format!("{} {name}", w.rename)} onclick={edit}>{ w.rename }</Button>
                { props.remove.emit((*passkey).clone()) }
            </div>
        </li>
    }
}
