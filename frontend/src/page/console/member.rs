use renzheng_types::{
    Locale,
    staff::{NewStaff, StaffDuty, StaffEntry, StaffRole, StaffStatus},
    value::PersonName,
};
use strum::IntoEnumIterator;
use uuid::Uuid;
use yew::prelude::*;

use super::{
    act::{Confirm, use_staff_act},
    field::{Choices, Select, choices},
    frame::{ConsolePage, use_shown},
    people::missing,
    place::Place,
    staff::status,
};
use crate::{
    browser, check,
    component::{
        Back, Button, ErrorSummary, Fact, Facts, LoadFailed, Notice, Skeleton, TextField, Tone,
        Width,
    },
    hook::{Form, Loaded, Text, Values, use_api, use_drafts, use_form, use_locale, use_task},
    i18n,
    page::staff::use_staff,
};

const FORM: &str = "console-add-staff";
const FIELDS: &[&str] = &["name", "email", "role", "hall_id", "login", "id_number"];
const DUTY: &[&str] = &["role", "hall_id"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "name" => check::told(
            PersonName::parse(values.get("name")),
            ("请填写姓名", "Enter the name"),
        ),
        "email" | "role" => missing(values.get(field)),
        "hall_id" if values.get("role") == "clerk" => missing(values.get(field)),
        _ => None,
    }
}

fn roles(locale: Locale) -> Choices {
    let s = i18n::staff(locale);
    choices(StaffRole::iter().map(|role| (role.into(), (s.role)(role))))
}

fn duty(form: &Form) -> StaffDuty {
    let role = form.value("role").parse().unwrap_or(StaffRole::Clerk);
    StaffDuty {
        role,
        // Operators belong to no hall.
        hall_id: form
            .value("hall_id")
            .parse()
            .ok()
            .filter(|_: &Uuid| role != StaffRole::Operator),
    }
}

#[derive(Properties, PartialEq)]
struct DutyProps {
    form: Form,
}

/// What somebody does, and where.
#[component]
fn DutyFields(props: &DutyProps) -> Html {
    let locale = use_locale();
    let p = i18n::people_words(locale);
    let (api, form) = (use_api(), &props.form);
    let halls = use_shown((), move || api.list_halls());
    let halls: Choices = match &halls.loaded {
        Loaded::Ready(list) => {
            let open = list.items.iter().filter(|hall| hall.open);
            open.map(|hall| (hall.id.to_string().into(), hall.name.clone().into()))
                .collect()
        }
        _ => Vec::new(),
    };
    html! {
        <>
            <Select form={form.clone()} name="role" label={p.role} choices={roles(locale)} />
            if form.value("role") != "operator" {
                <Select form={form.clone()} name="hall_id" label={p.hall} hint={p.hall_hint} choices={halls} empty={AttrValue::from(p.no_hall)} />
            }
        </>
    }
}

/// Takes somebody on.
#[component]
pub fn Add() -> Html {
    let locale = use_locale();
    let (w, p, s) = (
        i18n::console_words(locale),
        i18n::people_words(locale),
        i18n::staff(locale),
    );
    let (api, staff, drafts) = (use_api(), use_staff(), use_drafts());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let added = use_state(|| None::<StaffEntry>);
    let onsubmit = {
        let (form, task, added) = (form.clone(), task.clone(), added.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let given =
                |field: &str| Some(form.value(field)).filter(|text| !text.trim().is_empty());
            let StaffDuty { role, hall_id } = duty(&form);
            let new = NewStaff {
                name: form.value("name"),
                email: form.value("email"),
                role,
                hall_id,
                login: given("login"),
                id_number: given("id_number"),
            };
            let (form, staff, drafts) = (form.clone(), staff.clone(), drafts.clone());
            let added = added.clone();
            task.run(async move {
                match api.add_staff(&new).await {
                    Ok(entry) => {
                        drafts.forget(FORM);
                        added.set(Some(entry));
                        browser::focus_heading();
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let before = html! {
        <>
            <Back to={Place::Staff.route()}>{ w.staff }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    let content = match &*added {
        Some(entry) => html! {
            <>
                <Notice tone={Tone::Good} id="added" live=true><p>{ p.added }</p></Notice>
                { facts(locale, entry) }
            </>
        },
        None => html! {
            <>
                <p class="muted">{ p.add_staff_lead }</p>
                <form id="staff-form" novalidate=true {onsubmit}>
                    <TextField form={form.clone()} name="name" label={s.name} width={Width::Medium} />
                    <TextField form={form.clone()} name="email" label={p.email} kind="email" inputmode="email" width={Width::Medium} />
                    <DutyFields form={form.clone()} />
                    <TextField form={form.clone()} name="login" label={p.login} hint={p.login_hint} width={Width::Medium} />
                    <TextField form={form.clone()} name="id_number" label={p.id_number} hint={p.staff_id_hint} width={Width::Medium} class="input--digits" />
                    <div class="actions">
                        <Button id="submit" submit=true busy={task.busy()} busy_label={w.working}>{ p.add_now }</Button>
                    </div>
                </form>
            </>
        },
    };
    html! {
        <ConsolePage name="console-add-staff" title={p.add_staff} here={Place::AddStaff} {before} wrong={!form.summary().is_empty()}>
            { content }
        </ConsolePage>
    }
}

fn facts(locale: Locale, entry: &StaffEntry) -> Html {
    let (w, p, s) = (
        i18n::console_words(locale),
        i18n::people_words(locale),
        i18n::staff(locale),
    );
    let hall = entry
        .hall
        .as_ref()
        .map(|hall| AttrValue::from(hall.name.clone()));
    let enrolled = entry
        .enrolled_at
        .map(|at| AttrValue::from(i18n::moment(locale, at)));
    html! {
        <Facts id="member">
            <Fact label={s.name} id="member-name" value={AttrValue::from(entry.name.clone())} />
            <Fact label={w.state}>{ status(locale, entry.status) }</Fact>
            <Fact label={p.login} value={AttrValue::from(entry.login.clone())} />
            <Fact label={p.role} id="member-role" value={AttrValue::from((s.role)(entry.role))} />
            <Fact label={p.hall} value={hall} none={w.none} />
            <Fact label={p.email} value={entry.email.clone().map(AttrValue::from)} none={w.none} />
            <Fact label={w.created} value={AttrValue::from(i18n::moment(locale, entry.created_at))} />
            <Fact label={p.enrolled_at} value={enrolled} none={w.none} />
        </Facts>
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// One member of staff: role and hall, and whether they are let in.
#[component]
pub fn Member(props: &Props) -> Html {
    let locale = use_locale();
    let (w, p) = (i18n::console_words(locale), i18n::people_words(locale));
    let (api, id, staff) = (use_api(), props.id, use_staff());
    let own = staff.member.id == id;
    let changed = use_state(|| None::<StaffEntry>);
    let news = use_state(|| None::<&'static str>);
    let form = use_form("console-duty", DUTY, wrong);
    let (task, act) = (use_task(), use_staff_act());
    let remote = use_shown(id, move || api.admin_staff(id));
    {
        let (form, loaded) = (form.clone(), remote.loaded.clone());
        let ready = matches!(loaded, Loaded::Ready(_));
        use_effect_with(ready, move |_| {
            if let Loaded::Ready(entry) = loaded {
                let hall = entry.hall.as_ref().map(|hall| hall.id.to_string());
                form.set("role", <&str>::from(entry.role));
                form.set("hall_id", hall.unwrap_or_default());
            }
        });
    }
    let done = {
        let (changed, news) = (changed.clone(), news.clone());
        move |entry: StaffEntry, told: &'static str| {
            changed.set(Some(entry));
            news.set(Some(told));
        }
    };
    let onsubmit = {
        let (form, task, done) = (form.clone(), task.clone(), done.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(DUTY) {
                return;
            }
            let (form, staff, done, duty) =
                (form.clone(), staff.clone(), done.clone(), duty(&form));
            task.run(async move {
                match api.change_duty(id, &duty).await {
                    Ok(entry) => done(entry, "duty"),
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let press = |verb: &'static str| {
        let (act, done) = (act.clone(), done.clone());
        Callback::from(move |()| {
            let done = done.clone();
            act.run(api.act_on_staff(id, verb), move |entry| done(entry, verb));
        })
    };
    let entry = match (&*changed, &remote.loaded) {
        (Some(entry), _) => Some(entry.clone()),
        (None, Loaded::Ready(entry)) => Some((**entry).clone()),
        _ => None,
    };
    let title = entry.as_ref().map_or_else(
        || AttrValue::from(w.staff),
        |entry| AttrValue::from(entry.name.clone()),
    );
    let content = match (entry, &remote.loaded) {
        (None, Loaded::Failed(failure)) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        (None, _) => html! { <Skeleton lines=6 /> },
        (Some(entry), _) => html! {
            <>
                if let Some(told) = *news {
                    <Notice tone={Tone::Good} id="told" live=true><p>{ if told == "reset" { p.reset_done } else { w.saved } }</p></Notice>
                }
                { facts(locale, &entry) }
                if own {
                    <Notice tone={Tone::Info} id="myself"><p>{ p.myself }</p></Notice>
                } else {
                    <section class="group" aria-labelledby="duty-title">
                        <h2 id="duty-title">{ p.duty }</h2>
                        <form id="duty-form" novalidate=true {onsubmit}>
                            <p class="muted">{ p.duty_why }</p>
                            <DutyFields form={form.clone()} />
                            <div class="actions"><Button id="submit" submit=true busy={task.busy()} busy_label={w.saving}>{ p.change_duty }</Button></div>
                        </form>
                    </section>
                    { act.trouble(locale) }
                    if entry.status == StaffStatus::Disabled {
                        <Confirm id="enable" title={p.enable} why={p.enable_why} act={act.clone()} onconfirm={press("enable")} />
                    } else {
                        <Confirm id="disable" title={p.disable} why={p.disable_why} act={act.clone()} onconfirm={press("disable")} />
                    }
                    <Confirm id="reset" title={p.reset} why={p.reset_why} act={act.clone()} onconfirm={press("reset")} />
                }
            </>
        },
    };
    let before = html! {
        <>
            <Back to={Place::Staff.route()}>{ w.staff }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <ConsolePage name="console-member" {title} here={Place::Member(id)} {before} wrong={!form.summary().is_empty()}>
            { content }
        </ConsolePage>
    }
}
