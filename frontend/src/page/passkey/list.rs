use renzheng_types::passkey::Passkey;
use yew::prelude::*;

use super::{FIELDS, wrong};
use crate::{
    app::Route,
    browser,
    component::{
        Back, Button, ButtonKind, ErrorSummary, LinkButton, LoadFailed, Notice, RouteLink,
        Skeleton, TextField, Tone, Width,
    },
    hook::{
        Loaded, use_api, use_form, use_locale, use_messages, use_remote, use_session, use_task,
    },
    i18n,
    page::CentrePage,
};

/// As many as the server keeps.
const MOST: usize = 10;

/// The account's passkeys, oldest first.
#[component]
pub fn Passkeys() -> Html {
    let (w, api) = (i18n::passkey(use_locale()), use_api());
    let s = &use_messages().security;
    let factors = use_remote((), move || api.second_factors());
    let content = match &factors.loaded {
        Loaded::Loading => html! { <Skeleton lines=4 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={factors.refresh.clone()} /> }
        }
        Loaded::Ready(factors) => {
            let rows = factors.passkeys.iter().map(|passkey| {
                html! { <Row key={passkey.id.as_u128()} passkey={passkey.clone()} /> }
            });
            html! {
                <>
                    if factors.passkeys.is_empty() {
                        <p id="no-passkey">{ w.none }</p>
                    } else {
                        <ul id="passkeys" class="records">{ for rows }</ul>
                    }
                    if !browser::has_passkeys() {
                        <Notice tone={Tone::Info} id="unsupported"><p>{ w.unsupported }</p></Notice>
                    } else if factors.passkeys.len() < MOST {
                        <div class="actions"><LinkButton to={Route::AddPasskey} id="add-passkey">{ w.add }</LinkButton></div>
                    } else {
                        <p class="muted">{ w.full }</p>
                    }
                </>
            }
        }
    };
    html! {
        <CentrePage name="passkeys" title={w.title} here={Route::Security} before={html! { <Back to={Route::Security}>{ s.back }</Back> }}>
            <p class="muted">{ w.why }</p>
            { content }
        </CentrePage>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    passkey: Passkey,
}

/// One of them, renamed where it stands.
#[component]
fn Row(props: &RowProps) -> Html {
    let locale = use_locale();
    let (w, m) = (i18n::passkey(locale), &use_messages().me);
    let (api, session) = (use_api(), use_session());
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
        let (form, task, session) = (form.clone(), task.clone(), session.clone());
        let (editing, saved, passkey) = (editing.clone(), saved.clone(), passkey.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, session, id) = (form.clone(), session.clone(), passkey.id);
            let (editing, saved, passkey) = (editing.clone(), saved.clone(), passkey.clone());
            task.run(async move {
                match api.rename_passkey(id, form.value("name")).await {
                    Ok(renamed) => {
                        passkey.set(renamed);
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
    // The focus follows into the field.
    use_effect_with(*editing, |&editing| {
        if editing {
            browser::focus("name");
        }
    });
    let id = passkey.id;
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
                <RouteLink to={Route::RemovePasskey { id }} id="remove-passkey">
                    { w.remove }<span class="visually-hidden">{ " " }{ name }</span>
                </RouteLink>
            </div>
        </li>
    }
}
