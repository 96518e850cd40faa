use std::collections::BTreeMap;

use renzheng_types::admin::{
    ClientAuth, ClientDetails, ClientGrant, ClientKeys, ClientRegistered, NewClient,
    SignatureAlgorithm, SubjectKind,
};
use strum::IntoEnumIterator;
use yew::prelude::*;

use super::{
    field::{Lines, Select, choices},
    frame::ConsolePage,
    people::missing,
    place::Place,
    secret::Secrets,
};
use crate::{
    browser,
    component::{Back, Button, Checkbox, ErrorSummary, LinkButton, TextField, Width},
    hook::{Form, Text, Values, use_api, use_drafts, use_form, use_locale, use_task},
    i18n,
    page::staff::use_staff,
};

const FORM: &str = "console-add-client";
pub const FIELDS: &[&str] = &[
    "auth_method",
    "name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "scopes",
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "purposes",
    "min_level",
    "origins",
    "home_uri",
    "policy_uri",
    "backchannel_logout_uri",
    "webhook_uri",
    "par_required",
    "jwks",
    "jwks_uri",
    "subject_type",
    "signing_alg",
    "sector",
];
/// How the server calls what has another name here.
pub const ALIASES: &[(&str, &str)] = &[("keys", "jwks"), ("grant_types", "authorization_code")];
const LEVELS: [&str; 4] = ["0", "1", "2", "3"];

pub fn wrong(field: &str, values: &Values) -> Option<Text> {
    match field {
        "name" | "scopes" => missing(values.get(field)),
        "redirect_uris" if values.is_on("authorization_code") => missing(values.get(field)),
        _ => None,
    }
}

/// Fills the form with what is registered.
pub fn fill(form: &Form, auth: ClientAuth, details: &ClientDetails) {
    let grants = |grant: ClientGrant| match details.grant_types.contains(&grant) {
        true => "on",
        false => "",
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let keys = details.keys.clone().unwrap_or_default();
    let purposes = details.purposes.iter();
    let purposes: Vec<String> = purposes
        .map(|(scope, purpose)| format!("{scope}={purpose}"))
        .collect();
    form.set("auth_method", <&str>::from(auth));
    form.set("name", details.name.clone());
    form.set("redirect_uris", details.redirect_uris.join("\n"));
    form.set(
        "post_logout_redirect_uris",
        details.post_logout_redirect_uris.join("\n"),
    );
    form.set("scopes", details.scopes.join(" "));
    form.set("authorization_code", grants(ClientGrant::AuthorizationCode));
    form.set("refresh_token", grants(ClientGrant::RefreshToken));
    form.set("client_credentials", grants(ClientGrant::ClientCredentials));
    form.set("purposes", purposes.join("\n"));
    form.set("min_level", details.min_level.to_string());
    form.set("origins", details.origins.join("\n"));
    form.set("home_uri", text(&details.home_uri));
    form.set("policy_uri", text(&details.policy_uri));
    form.set(
        "backchannel_logout_uri",
        text(&details.backchannel_logout_uri),
    );
    form.set("webhook_uri", text(&details.webhook_uri));
    form.set("par_required", if details.par_required { "on" } else { "" });
    form.set("jwks", text(&keys.jwks));
    form.set("jwks_uri", text(&keys.jwks_uri));
}

/// What was filled in.
pub fn details(form: &Form) -> ClientDetails {
    let words = |field: &str| -> Vec<String> {
        let text = form.value(field);
        text.split_whitespace().map(str::to_owned).collect()
    };
    let given =
        |field: &str| Some(form.value(field).trim().to_owned()).filter(|text| !text.is_empty());
    let grants = ClientGrant::iter().filter(|grant| form.values().is_on((*grant).into()));
    let purposes: BTreeMap<String, String> = form
        .value("purposes")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(scope, purpose)| (scope.trim().to_owned(), purpose.trim().to_owned()))
        .collect();
    let keys = ClientKeys {
        jwks: given("jwks"),
        jwks_uri: given("jwks_uri"),
    };
    let signs = form.value("auth_method") == <&str>::from(ClientAuth::PrivateKeyJwt);
    ClientDetails {
        name: form.value("name"),
        redirect_uris: words("redirect_uris"),
        post_logout_redirect_uris: words("post_logout_redirect_uris"),
        scopes: words("scopes"),
        grant_types: grants.collect(),
        origins: words("origins"),
        purposes,
        min_level: form.value("min_level").parse().unwrap_or(0),
        par_required: form.values().is_on("par_required"),
        home_uri: given("home_uri"),
        policy_uri: given("policy_uri"),
        backchannel_logout_uri: given("backchannel_logout_uri"),
        webhook_uri: given("webhook_uri"),
        keys: signs.then_some(keys),
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
}

/// Everything that can be changed about an application.
#[component]
pub fn DetailFields(props: &Props) -> Html {
    let locale = use_locale();
    let c = i18n::client_words(locale);
    let form = &props.form;
    let levels = crate::hook::use_messages().common.levels;
    let levels = choices(LEVELS.into_iter().zip(levels.iter().copied()));
    let grants = ClientGrant::iter().map(|grant| {
        let name: &'static str = grant.into();
        html! { <Checkbox form={form.clone()} {name}>{ i18n::client_grant(locale, grant) }</Checkbox> }
    });
    let signs = form.value("auth_method") == <&str>::from(ClientAuth::PrivateKeyJwt);
    html! {
        <>
            <TextField form={form.clone()} name="name" label={c.name} hint={c.name_hint} />
            <fieldset class="console-set"><legend>{ c.grants }</legend>{ for grants }</fieldset>
            <Lines form={form.clone()} name="redirect_uris" label={c.redirect_uris} hint={c.one_a_line} />
            <TextField form={form.clone()} name="scopes" label={c.scopes} hint={c.scopes_hint} />
            <Lines form={form.clone()} name="purposes" label={c.purposes} hint={c.purposes_hint} />
            <Select form={form.clone()} name="min_level" label={c.min_level} choices={levels} />
            if signs {
                <TextField form={form.clone()} name="jwks_uri" label={c.jwks_uri} inputmode="url" />
                <Lines form={form.clone()} name="jwks" label={c.jwks} />
            }
            <TextField form={form.clone()} name="home_uri" label={c.home_uri} inputmode="url" />
            <TextField form={form.clone()} name="policy_uri" label={c.policy_uri} inputmode="url" />
            <Lines form={form.clone()} name="post_logout_redirect_uris" label={c.post_logout} hint={c.one_a_line} rows=2 />
            <TextField form={form.clone()} name="backchannel_logout_uri" label={c.backchannel} inputmode="url" />
            <TextField form={form.clone()} name="webhook_uri" label={c.webhook_uri} hint={c.webhook_hint} inputmode="url" />
            <Lines form={form.clone()} name="origins" label={c.origins} hint={c.one_a_line} rows=2 />
            <Checkbox form={form.clone()} name="par_required">{ c.par }</Checkbox>
        </>
    }
}

/// Registers an application.
#[component]
pub fn Add() -> Html {
    let locale = use_locale();
    let (w, c) = (i18n::console_words(locale), i18n::client_words(locale));
    let (api, staff, drafts) = (use_api(), use_staff(), use_drafts());
    let form = use_form(FORM, FIELDS, wrong);
    let task = use_task();
    let registered = use_state(|| None::<ClientRegistered>);
    {
        let form = form.clone();
        use_effect_with((), move |()| {
            // Unless something was typed before.
            if !form.values().is_on("auth_method") {
                form.set("auth_method", <&str>::from(ClientAuth::ClientSecret));
                form.set("subject_type", <&str>::from(SubjectKind::Pairwise));
                form.set("signing_alg", <&str>::from(SignatureAlgorithm::Es256));
                form.set("authorization_code", "on");
                form.set("refresh_token", "on");
                form.set("scopes", "openid profile");
                form.set("min_level", "0");
            }
        });
    }
    let onsubmit = {
        let (form, task, registered) = (form.clone(), task.clone(), registered.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let sector = form.value("sector").trim().to_owned();
            let chosen = |field: &str| form.value(field);
            let new = NewClient {
                auth_method: chosen("auth_method")
                    .parse()
                    .unwrap_or(ClientAuth::ClientSecret),
                subject_type: chosen("subject_type")
                    .parse()
                    .unwrap_or(SubjectKind::Pairwise),
                signing_alg: chosen("signing_alg")
                    .parse()
                    .unwrap_or(SignatureAlgorithm::Es256),
                sector: (!sector.is_empty()).then_some(sector),
                details: details(&form),
            };
            let (form, staff, drafts) = (form.clone(), staff.clone(), drafts.clone());
            let registered = registered.clone();
            task.run(async move {
                match api.add_client(&new).await {
                    Ok(made) => {
                        drafts.forget(FORM);
                        registered.set(Some(made));
                        browser::focus_heading();
                    }
                    Err(failure) => {
                        staff.note(&failure);
                        form.refuse(&failure, ALIASES);
                    }
                }
            });
        })
    };
    if let Some(made) = &*registered {
        return html! {
            <ConsolePage name="console-client-made" title={c.registered} here={Place::AddClient}>
                <Secrets id={made.client.id.clone()} secret={made.secret.clone()} webhook={made.webhook_secret.clone()} />
                <div class="actions"><LinkButton to={Place::Client(made.client.id.clone()).route()} id="to-client">{ c.details }</LinkButton></div>
            </ConsolePage>
        };
    }
    let auths =
        choices(ClientAuth::iter().map(|auth| (auth.into(), i18n::client_auth(locale, auth))));
    let subjects = choices([
        (SubjectKind::Pairwise.into(), c.pairwise),
        (SubjectKind::Public.into(), c.public),
    ]);
    let algorithms = choices(["ES256", "RS256"].map(|name| (name, name)));
    let before = html! {
        <>
            <Back to={Place::Clients.route()}>{ w.clients }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <ConsolePage name="console-add-client" title={c.add} here={Place::AddClient} {before} wrong={!form.summary().is_empty()}>
            <form id="client-form" class="console-form" novalidate=true {onsubmit}>
                <DetailFields form={form.clone()} />
                <div class="group">
                    <h2>{ c.fixed }</h2>
                    <Select form={form.clone()} name="auth_method" label={c.auth} choices={auths} />
                    <Select form={form.clone()} name="subject_type" label={c.subject} choices={subjects} />
                    <TextField form={form.clone()} name="sector" label={c.sector} hint={c.sector_hint} width={Width::Medium} />
                    <Select form={form.clone()} name="signing_alg" label={c.algorithm} choices={algorithms} />
                </div>
                <div class="actions"><Button id="submit" submit=true busy={task.busy()} busy_label={w.working}>{ c.register }</Button></div>
            </form>
        </ConsolePage>
    }
}
