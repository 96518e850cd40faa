use renzheng_types::{Locale, account::ProfileChange};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{CentrePage, methods::Methods};
use crate::{
    app::Route,
    browser, check,
    component::{
        Button, ButtonKind, ErrorSummary, Fact, Facts, LevelBadge, Notice, RouteLink, TextField,
        Tone, Width, way,
    },
    hook::{
        Form, Text, Values, use_account, use_api, use_form, use_locale, use_messages,
        use_preferences, use_session, use_task,
    },
    i18n,
};

const FIELDS: &[&str] = &["nickname", "locale"];

fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "nickname" => check::nickname(values.get("nickname")),
        _ => None,
    }
}

/// 个人信息: all that is on record, and what of it can be changed here.
#[component]
pub fn Profile() -> Html {
    let (messages, locale) = (use_messages(), use_locale());
    let m = &messages.me;
    let account = use_account();
    let form = use_form("profile", FIELDS, wrong);
    let born = account.birth_date.map(|date| i18n::date(locale, date));
    let since = i18n::date(locale, browser::china_date(account.created_at));
    let raise = html! {
        <RouteLink to={Route::Verifications} id="raise">{ m.raise }</RouteLink>
    };
    let email_action = if account.email.is_some() {
        m.edit
    } else {
        m.bind
    };
    html! {
        <CentrePage
            name="profile"
            title={m.profile}
            here={Route::Profile}
            before={html! { <ErrorSummary form={form.clone()} /> }}
            wrong={!form.summary().is_empty()}
        >
            <section>
                <h2>{ m.account_group }</h2>
                <NicknameRow form={form.clone()} />
                <Facts>
                    <Fact label={m.password} value={AttrValue::from("••••••")} action={way(Route::Password, "edit-password", m.edit, m.password)} />
                    <Fact label={m.phone} id="fact-phone" value={AttrValue::from(account.phone.clone())}
                        action={way(Route::Phone, "edit-phone", m.edit, m.phone)} />
                    <Fact label={m.email} id="fact-email" value={account.email.clone()} none={m.not_bound}
                        action={way(Route::Email, "edit-email", email_action, m.email)} />
                    <Fact label={m.addresses} action={way(Route::Addresses, "edit-addresses", m.manage, m.addresses)}>{ m.addresses_text }</Fact>
                    <Fact label={m.created} value={AttrValue::from(since)} />
                </Facts>
                <LanguageRow {form} />
            </section>
            <section>
                <h2>{ m.identity_group }</h2>
                <p class="muted">{ m.identity_note }</p>
                <Facts>
                    <Fact label={m.level} action={raise}><LevelBadge level={account.level} id="level-badge" /></Fact>
                    <Fact label={m.name} id="fact-name" value={account.name.clone()} none={m.not_verified} />
                    <Fact label={m.id_number} id="fact-id-number" value={account.id_number.clone()} none={m.not_verified} />
                    <Fact label={m.sex} id="fact-sex" value={account.sex.map(|sex| (m.sexes)(sex))} none={m.not_verified} />
                    <Fact label={m.birth_date} id="fact-birth-date" value={born} none={m.not_verified} />
                </Facts>
                <p><RouteLink to={Route::Details} id="show-details">{ messages.security.details }</RouteLink></p>
            </section>
            <Methods />
        </CentrePage>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    form: Form,
}

/// The nickname, edited where it stands.
#[component]
fn NicknameRow(props: &RowProps) -> Html {
    let m = &use_messages().me;
    let (api, session, account) = (use_api(), use_session(), use_account());
    let form = &props.form;
    let task = use_task();
    let editing = use_state(|| false);
    let saved = use_state(|| false);

    let edit = {
        let (form, editing, saved) = (form.clone(), editing.clone(), saved.clone());
        let nickname = account.nickname.clone();
        Callback::from(move |()| {
            form.set("nickname", nickname.clone());
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
        let (form, task, session) = (form.clone(), task.clone(), session.clone());
        let (editing, saved) = (editing.clone(), saved.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(&["nickname"]) {
                return;
            }
            let change = ProfileChange {
                nickname: Some(form.value("nickname")),
                locale: None,
            };
            let (form, session) = (form.clone(), session.clone());
            let (editing, saved) = (editing.clone(), saved.clone());
            task.run(async move {
                match api.change_profile(&change).await {
                    Ok(account) => {
                        session.set_account(account);
                        editing.set(false);
                        saved.set(true);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    // The focus follows: into the field when it opens, back to the button when it closes.
    let opened = use_mut_ref(|| false);
    use_effect_with(*editing, move |&editing| {
        if editing {
            browser::focus("nickname");
        } else if *opened.borrow() {
            browser::focus("edit-nickname");
        }
        *opened.borrow_mut() |= editing;
    });

    if *editing {
        return html! {
            <form id="nickname-form" class="inline-form" novalidate=true {onsubmit}>
                <TextField form={form.clone()} name="nickname" label={m.nickname} autocomplete="nickname" width={Width::Medium} />
                <div class="actions">
                    <Button id="save-nickname" submit=true busy={task.busy()} busy_label={m.saving}>{ m.save }</Button>
                    <Button id="cancel-nickname" kind={ButtonKind::Quiet} onclick={cancel}>{ m.cancel }</Button>
                </div>
            </form>
        };
    }
    let action = html! {
        <Button id="edit-nickname" kind={ButtonKind::Quiet} label={format!("{} {}", m.edit, m.nickname)} onclick={edit}>
            { m.edit }
        </Button>
    };
    html! {
        <>
            if *saved {
                <Notice tone={Tone::Good} id="nickname-saved" live=true><p>{ m.nickname_saved }</p></Notice>
            }
            <Facts>
                <Fact label={m.nickname} id="fact-nickname" value={AttrValue::from(account.nickname.clone())} {action} />
            </Facts>
        </>
    }
}

/// The language of the pages and of the messages sent to the person.
#[component]
fn LanguageRow(props: &RowProps) -> Html {
    let m = &use_messages().me;
    let (api, session, account) = (use_api(), use_session(), use_account());
    let preferences = use_preferences();
    let task = use_task();
    let select = use_node_ref();
    {
        // The language may be switched above the page too; a choice once made here does not follow by itself.
        let select = select.clone();
        use_effect_with(account.locale, move |locale| {
            if let Some(select) = select.cast::<HtmlSelectElement>() {
                select.set_value(locale.tag());
            }
        });
    }
    let onchange = {
        let (form, set_locale) = (props.form.clone(), preferences.set_locale.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let Some(locale) = Locale::from_tag(&select.value()) else {
                return;
            };
            let change = ProfileChange {
                nickname: None,
                locale: Some(locale),
            };
            let (form, session, set_locale) = (form.clone(), session.clone(), set_locale.clone());
            task.run(async move {
                match api.change_profile(&change).await {
                    Ok(account) => {
                        set_locale.emit(locale);
                        session.set_account(account);
                    }
                    Err(failure) => {
                        session.note(&failure);
                        form.refuse(&failure, &[]);
                    }
                }
            });
        })
    };
    let options = [(Locale::ZhCn, "中文"), (Locale::En, "English")].map(|(locale, name)| {
        let tag = locale.tag();
        html! { <option value={tag} lang={tag} selected={account.locale == locale}>{ name }</option> }
    });
    html! {
        <div class="field field--row">
            <label class="field__label" for="locale">{ m.language }</label>
            <p id="locale-hint" class="field__hint">{ m.language_hint }</p>
            <select ref={select} id="locale" class="input input--medium" aria-describedby="locale-hint" {onchange}>
                { for options }
            </select>
        </div>
    }
}
