use renzheng_types::{
    Locale,
    admin::{Client, ClientSecret, SubjectKind},
};
use yew::prelude::*;

use super::{
    act::{Confirm, use_staff_act},
    client_form::{ALIASES, DetailFields, FIELDS, details, fill, wrong},
    clients::client_state,
    delivery::Deliveries,
    frame::{ConsolePage, use_shown},
    place::Place,
    secret::Secrets,
};
use crate::{
    browser,
    component::{Back, Button, ErrorSummary, Fact, Facts, LoadFailed, Notice, Skeleton, Tone},
    hook::{Loaded, use_api, use_form, use_locale, use_task},
    i18n,
    page::staff::use_staff,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: String,
}

/// One application: what is registered, its secret, whether it works.
#[component]
pub fn ClientPage(props: &Props) -> Html {
    let locale = use_locale();
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let (api, staff) = (use_api(), use_staff());
    let id = use_memo(props.id.clone(), Clone::clone);
    let changed = use_state(|| None::<Client>);
    let renewed = use_state(|| None::<String>);
    let webhook_secret = use_state(|| None::<String>);
    let saved = use_state(|| false);
    let form = use_form("console-client", FIELDS, wrong);
    let (task, act) = (use_task(), use_staff_act());
    let remote = {
        let id = id.clone();
        use_shown(props.id.clone(), move || async move {
            api.admin_client(&id).await
        })
    };
    {
        let (form, loaded) = (form.clone(), remote.loaded.clone());
        let ready = matches!(loaded, Loaded::Ready(_));
        use_effect_with(ready, move |_| {
            if let Loaded::Ready(client) = loaded {
                form.clear_errors();
                fill(&form, client.auth_method, &client.details);
            }
        });
    }
    let onsubmit = {
        let (form, task, id) = (form.clone(), task.clone(), id.clone());
        let (changed, saved) = (changed.clone(), saved.clone());
        let webhook_secret = webhook_secret.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let (form, staff, id) = (form.clone(), staff.clone(), id.clone());
            let (changed, saved) = (changed.clone(), saved.clone());
            let webhook_secret = webhook_secret.clone();
            let wanted = details(&form);
            task.run(async move {
                match api.change_client(&id, &wanted).await {
                    Ok(client) => {
                        match &client.webhook_secret {
                            Some(secret) => webhook_secret.set(Some(secret.clone())),
                            None => browser::focus_heading(),
                        }
                        changed.set(Some(client));
                        saved.set(true);
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, ALIASES);
                    }
                }
            });
        })
    };
    let switch = |on: bool| {
        let (act, changed, id) = (act.clone(), changed.clone(), id.clone());
        Callback::from(move |()| {
            let (changed, id) = (changed.clone(), id.clone());
            let call = async move { api.switch_client(&id, on).await };
            act.run(call, move |client| changed.set(Some(client)));
        })
    };
    let renew = {
        let (act, renewed, id) = (act.clone(), renewed.clone(), id.clone());
        Callback::from(move |()| {
            let (renewed, id) = (renewed.clone(), id.clone());
            let call = async move { api.renew_client_secret(&id).await };
            act.run(call, move |new: ClientSecret| renewed.set(Some(new.secret)));
        })
    };
    let renew_webhook = {
        let (act, webhook_secret, id) = (act.clone(), webhook_secret.clone(), id.clone());
        Callback::from(move |()| {
            let (webhook_secret, id) = (webhook_secret.clone(), id.clone());
            let call = async move { api.renew_webhook_secret(&id).await };
            act.run(call, move |new: ClientSecret| {
                webhook_secret.set(Some(new.secret));
            });
        })
    };
    let client = match (&*changed, &remote.loaded) {
        (Some(client), _) => Some(client.clone()),
        (None, Loaded::Ready(client)) => Some((**client).clone()),
        _ => None,
    };
    let title = client.as_ref().map_or_else(
        || AttrValue::from(w.clients),
        |client| AttrValue::from(client.details.name.clone()),
    );
    let content = match (client, &remote.loaded) {
        (None, Loaded::Failed(failure)) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        (None, _) => html! { <Skeleton lines=8 /> },
        (Some(client), _) => html! {
            <>
                if *saved {
                    <Notice tone={Tone::Good} id="saved" live=true><p>{ w.saved }</p></Notice>
                }
                { facts(locale, &client) }
                if renewed.is_some() || webhook_secret.is_some() {
                    <Secrets id={client.id.clone()} secret={(*renewed).clone()} webhook={(*webhook_secret).clone()} appears=true />
                }
                { act.trouble(locale) }
                if client.auth_method == renzheng_types::admin::ClientAuth::ClientSecret {
                    <Confirm id="new-secret" title={c.new_secret} why={c.new_secret_why} act={act.clone()} onconfirm={renew} />
                }
                if client.details.webhook_uri.is_some() {
                    <Confirm id="new-webhook-secret" title={c.new_webhook_secret} why={c.new_webhook_secret_why} act={act.clone()} onconfirm={renew_webhook} />
                }
                if client.disabled_at.is_none() {
                    <Confirm id="disable" title={c.disable} why={c.disable_why} act={act.clone()} onconfirm={switch(false)} />
                } else {
                    <Confirm id="enable" title={c.enable} why={c.enable_why} act={act.clone()} onconfirm={switch(true)} />
                }
                <h2>{ c.details }</h2>
                <form id="client-form" class="console-form" novalidate=true {onsubmit}>
                    <DetailFields form={form.clone()} />
                    <div class="actions"><Button id="submit" submit=true busy={task.busy()} busy_label={w.saving}>{ w.save }</Button></div>
                </form>
                if client.details.webhook_uri.is_some() {
                    <Deliveries id={client.id.clone()} />
                }
            </>
        },
    };
    let before = html! {
        <>
            <Back to={Place::Clients.route()}>{ w.clients }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <ConsolePage name="console-client" {title} here={Place::Client(props.id.clone())} {before} wrong={!form.summary().is_empty()}>
            { content }
        </ConsolePage>
    }
}

fn facts(locale: Locale, client: &Client) -> Html {
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let subject = match client.subject_type {
        SubjectKind::Pairwise => c.pairwise,
        SubjectKind::Public => c.public,
    };
    let old = client
        .old_secret_until
        .map(|until| i18n::moment(locale, until));
    html! {
        <Facts id="client">
            <Fact label={w.state} id="client-state">{ client_state(locale, client.disabled_at.is_none()) }</Fact>
            <Fact label={c.id}><code>{ &client.id }</code></Fact>
            <Fact label={c.auth} value={AttrValue::from(i18n::client_auth(locale, client.auth_method))} />
            <Fact label={c.subject} value={AttrValue::from(subject)} />
            <Fact label={c.sector}><code>{ &client.sector }</code></Fact>
            <Fact label={c.algorithm} value={AttrValue::from(<&str>::from(client.signing_alg))} />
            <Fact label={w.created} value={AttrValue::from(i18n::moment(locale, client.created_at))} />
            if let Some(old) = old {
                <Fact label={c.old_until} value={AttrValue::from(old)} />
            }
        </Facts>
    }
}
