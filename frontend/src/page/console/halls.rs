use renzheng_types::{
    hall::{Hall, HallChange, NewHall},
    value::PlaceName,
};
use yew::prelude::*;

use super::{
    act::use_staff_act,
    frame::{ConsolePage, state, use_shown},
    place::Place,
};
use crate::{
    api::Failure,
    browser, check,
    component::{Button, ButtonKind, ErrorSummary, LoadFailed, Skeleton, TextField},
    hook::{Loaded, Text, Values, use_api, use_form, use_locale, use_task},
    i18n,
    page::staff::use_staff,
};

const FIELDS: &[&str] = &["name", "address"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    check::told(
        PlaceName::parse(values.get(field)),
        match field {
            "name" => ("请填写大厅名称", "Enter the name of the hall"),
            _ => ("请填写地址", "Enter the address"),
        },
    )
}

/// What the form is for.
#[derive(Clone, PartialEq)]
enum Editing {
    Nothing,
    New,
    Hall(Hall),
}

/// 办事大厅: all of them, and a form for one.
#[component]
pub fn Halls() -> Html {
    let locale = use_locale();
    let (w, p) = (i18n::console_words(locale), i18n::people_words(locale));
    let (api, staff) = (use_api(), use_staff());
    let remote = use_shown((), move || api.list_halls());
    let editing = use_state(|| Editing::Nothing);
    let form = use_form("console-hall", FIELDS, wrong);
    let (task, act) = (use_task(), use_staff_act());
    let edit = {
        let (editing, form) = (editing.clone(), form.clone());
        Callback::from(move |what: Editing| {
            let (name, address) = match &what {
                Editing::Hall(hall) => (hall.name.clone(), hall.address.clone()),
                _ => Default::default(),
            };
            form.clear_errors();
            form.set("name", name);
            form.set("address", address);
            editing.set(what);
            browser::focus_heading();
        })
    };
    let onsubmit = {
        let (form, task, editing) = (form.clone(), task.clone(), editing.clone());
        let (refresh, edit) = (remote.refresh.clone(), edit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (name, address) = (form.value("name"), form.value("address"));
            let (form, staff, what) = (form.clone(), staff.clone(), (*editing).clone());
            let (refresh, edit) = (refresh.clone(), edit.clone());
            task.run(async move {
                let answer: Result<Hall, Failure> = match what {
                    Editing::Hall(hall) => {
                        let open = hall.open;
                        let change = HallChange {
                            name,
                            address,
                            open,
                        };
                        api.change_hall(hall.id, &change).await
                    }
                    _ => api.add_hall(&NewHall { name, address }).await,
                };
                match answer {
                    Ok(_) => {
                        edit.emit(Editing::Nothing);
                        refresh.emit(());
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let turn = |hall: &Hall| {
        let (act, refresh, hall) = (act.clone(), remote.refresh.clone(), hall.clone());
        Callback::from(move |()| {
            let change = HallChange {
                name: hall.name.clone(),
                address: hall.address.clone(),
                open: !hall.open,
            };
            let (refresh, id) = (refresh.clone(), hall.id);
            let call = async move { api.change_hall(id, &change).await };
            act.run(call, move |_| refresh.emit(()));
        })
    };
    let cancel = edit.reform(|()| Editing::Nothing);
    if *editing != Editing::Nothing {
        let title = match &*editing {
            Editing::Hall(_) => p.change_hall,
            _ => p.add_hall,
        };
        let before = html! { <ErrorSummary form={form.clone()} /> };
        return html! {
            <ConsolePage name="console-hall" {title} here={Place::Halls} {before} wrong={!form.summary().is_empty()}>
                <form id="hall-form" novalidate=true {onsubmit}>
                    <TextField form={form.clone()} name="name" label={p.hall_name} />
                    <TextField form={form.clone()} name="address" label={p.hall_address} />
                    <div class="actions">
                        <Button id="submit" submit=true busy={task.busy()} busy_label={w.saving}>{ w.save }</Button>
                        <Button id="cancel" kind={ButtonKind::Quiet} onclick={cancel}>{ w.cancel }</Button>
                    </div>
                </form>
            </ConsolePage>
        };
    }
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(list) => {
            let rows = list.items.iter().map(|hall| {
                let change = {
                    let (edit, hall) = (edit.clone(), hall.clone());
                    Callback::from(move |()| edit.emit(Editing::Hall(hall.clone())))
                };
                let (tone, words, verb) = match hall.open {
                    true => ("good", p.hall_open, p.close_hall),
                    false => ("none", p.hall_closed, p.open_hall),
                };
                html! {
                    <li key={hall.id.as_u128()} class="record" data-hall={hall.name.clone()}>
                        <div class="record__text">
                            <p><strong>{ &hall.name }</strong></p>
                            <p class="record__more">{ &hall.address }</p>
                            { state(tone, words) }
                        </div>
                        <div class="record__actions">
                            <Button id="change-hall" kind={ButtonKind::Quiet} label={format!("{} {}", p.change, hall.name)} onclick={change}>{ p.change }</Button>
                            <Button id="turn-hall" kind={ButtonKind::Quiet} label={format!("{verb} {}", hall.name)} busy={act.busy()} onclick={turn(hall)}>{ verb }</Button>
                        </div>
                    </li>
                }
            });
            html! { <ul id="halls" class="records">{ for rows }</ul> }
        }
    };
    let add = edit.reform(|()| Editing::New);
    html! {
        <ConsolePage name="console-halls" title={w.halls} here={Place::Halls}>
            { act.trouble(locale) }
            { content }
            <Button id="add-hall" onclick={add}>{ p.add_hall }</Button>
        </ConsolePage>
    }
}
