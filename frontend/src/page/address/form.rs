use renzheng_types::address::NewAddress;
use uuid::Uuid;
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::region::RegionField;
use crate::{
    app::Route,
    check,
    component::{
        Back, Button, Checkbox, ErrorSummary, LoadFailed, Notice, Page, Skeleton, TextField, Tone,
        Width,
    },
    hook::{
        Form, Loaded, Text, Values, use_api, use_drafts, use_form, use_locale, use_remote,
        use_session, use_task,
    },
    i18n,
};

const FIELDS: &[&str] = &[
    "recipient",
    "phone",
    "region_code",
    "detail",
    "postal_code",
    "is_default",
];

/// Beside the fields: what was on record when they were filled in.
const RECORD: &str = "record";

fn typed(values: &Values) -> String {
    FIELDS.iter().map(|field| values.get(field)).collect()
}

/// Each address has a draft of its own, and so has a new one.
fn draft(id: Option<Uuid>) -> String {
    id.map_or_else(|| "address".into(), |id| format!("address-{id}"))
}

fn wrong(field: &str, values: &Values) -> Option<Text> {
    let value = values.get(field);
    match field {
        "recipient" => check::recipient(value),
        "phone" => check::phone(value),
        "region_code" => value
            .is_empty()
            .then(|| Text::by(|locale| i18n::address(locale).region_missing.into())),
        "detail" => check::street_address(value),
        "postal_code" => check::postal_code(value),
        _ => None,
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The one to change; a new one without.
    #[prop_or_default]
    pub id: Option<Uuid>,
}

/// 添加 or 修改地址: what is on record first, unless something was typed before.
#[component]
pub fn AddressForm(props: &Props) -> Html {
    let (w, api) = (i18n::address(use_locale()), use_api());
    let id = props.id;
    let form = use_form(&draft(id), FIELDS, wrong);
    let filled = use_state(|| false);
    let remote = use_remote(id, move || api.addresses());
    {
        let (form, filled) = (form.clone(), filled.clone());
        let found = match &remote.loaded {
            Loaded::Ready(list) => Some(list.items.iter().find(|one| Some(one.id) == id).cloned()),
            Loaded::Loading | Loaded::Failed(_) => None,
        };
        use_effect_with(found, move |found| {
            let Some(found) = found else {
                return;
            };
            let untouched = typed(form.values()) == form.value(RECORD);
            if let Some(address) = found.as_ref().filter(|_| untouched) {
                let record = [
                    address.recipient.as_str(),
                    address.phone.as_str(),
                    address.region_code.as_str(),
                    address.detail.as_str(),
                    address.postal_code.as_deref().unwrap_or_default(),
                    if address.is_default { "on" } else { "" },
                ];
                form.set(RECORD, record.concat());
                for (field, value) in FIELDS.iter().zip(record) {
                    form.set(field, value.to_owned());
                }
            }
            filled.set(true);
        });
    }
    let content = match &remote.loaded {
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(list) if id.is_some() && !list.items.iter().any(|one| Some(one.id) == id) => {
            html! { <Notice tone={Tone::Bad} id="gone"><p>{ w.gone }</p></Notice> }
        }
        Loaded::Ready(_) if *filled => html! { <Fields {id} form={form.clone()} /> },
        Loaded::Loading | Loaded::Ready(_) => html! { <Skeleton lines=6 /> },
    };
    let before = html! {
        <><Back to={Route::Addresses}>{ w.back }</Back><ErrorSummary form={form.clone()} /></>
    };
    let title = if id.is_some() {
        w.edit_title
    } else {
        w.new_title
    };
    html! {
        <Page name="address" {title} {before} wrong={!form.summary().is_empty()}>{ content }</Page>
    }
}

#[derive(Properties, PartialEq)]
struct FieldsProps {
    id: Option<Uuid>,
    form: Form,
}

#[component]
fn Fields(props: &FieldsProps) -> Html {
    let (w, api) = (i18n::address(use_locale()), use_api());
    let (session, drafts, navigator) = (use_session(), use_drafts(), use_navigator());
    let task = use_task();
    let (id, form) = (props.id, &props.form);
    let onsubmit = {
        let (form, task) = (form.clone(), task.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let postal_code = form.value("postal_code").trim().to_owned();
            let address = NewAddress {
                recipient: form.value("recipient"),
                phone: form.value("phone"),
                region_code: form.value("region_code"),
                detail: form.value("detail"),
                postal_code: Some(postal_code).filter(|code| !code.is_empty()),
                is_default: form.values().is_on("is_default"),
            };
            let (form, session, drafts) = (form.clone(), session.clone(), drafts.clone());
            let navigator = navigator.clone();
            task.run(async move {
                match api.save_address(id, &address).await {
                    Ok(_) => {
                        drafts.forget(&draft(id));
                        for field in FIELDS.iter().chain([&RECORD]) {
                            form.set(field, "");
                        }
                        if let Some(navigator) = navigator {
                            navigator.push(&Route::Addresses);
                        }
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    html! {
        <form id="address-form" novalidate=true {onsubmit}>
            <TextField form={form.clone()} name="recipient" label={w.recipient} autocomplete="name" width={Width::Medium} />
            <TextField form={form.clone()} name="phone" label={w.phone} kind="tel" inputmode="tel"
                autocomplete="tel-national" width={Width::Medium} />
            <RegionField form={form.clone()} />
            <TextField form={form.clone()} name="detail" label={w.detail} hint={w.detail_hint} autocomplete="street-address" />
            <TextField form={form.clone()} name="postal_code" label={w.postal_code} hint={w.postal_code_hint}
                inputmode="numeric" autocomplete="postal-code" width={Width::Short} />
            <Checkbox form={form.clone()} name="is_default">{ w.make_default }</Checkbox>
            <div class="actions">
                <Button id="submit" submit=true busy={task.busy()} busy_label={w.saving}>{ w.save }</Button>
            </div>
        </form>
    }
}
