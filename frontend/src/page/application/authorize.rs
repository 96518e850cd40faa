use renzheng_types::application::{AuthorizationDecision, AuthorizationStep};
use yew::prelude::*;

use super::ask::Ask;
use crate::{
    app::Route,
    browser,
    component::{
        Button, ButtonKind, LevelBadge, LinkButton, LoadFailed, Notice, Page, Skeleton, Tone,
        use_act,
    },
    hook::{Loaded, Text, use_account, use_api, use_locale, use_messages, use_remote, use_session},
    i18n,
};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: AttrValue,
}

/// An application sent the person here: whatever is still missing is asked, then they go back.
#[component]
pub fn Authorize(props: &Props) -> Html {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let t = i18n::application(locale);
    let (session, account, act) = (use_session(), use_account(), use_act());
    let id = props.id.clone();
    let remote = {
        let id = id.clone();
        let key = (id.clone(), account.level, api);
        use_remote(key, move || async move { api.authorization(&id).await })
    };
    let decide = {
        let (act, id) = (act.clone(), id.clone());
        Callback::from(move |decision: AuthorizationDecision| {
            let id = id.clone();
            let call = async move { api.decide_authorization(&id, &decision).await };
            act.run(call, |answer| {
                browser::end_errand();
                browser::leave_for(&answer.redirect_url);
            });
        })
    };
    let step = match &remote.loaded {
        Loaded::Ready(asked) => Some(asked.step),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    {
        let decide = decide.clone();
        use_effect_with(step, move |step| {
            if *step == Some(AuthorizationStep::Ready) {
                decide.emit(AuthorizationDecision {
                    allow: true,
                    scopes: Vec::new(),
                });
            }
        });
    }
    {
        // The person may go away to be verified: their way back.
        let path = yew_router::Routable::to_path(&Route::Authorize { id: id.to_string() });
        use_effect_with((), move |()| browser::begin_errand(&path));
    }
    let deny = decide.reform(|()| AuthorizationDecision {
        allow: false,
        scopes: Vec::new(),
    });
    let deny = html! {
        <Button id="deny" kind={ButtonKind::Secondary} busy={act.busy()} onclick={deny}>{ t.deny }</Button>
    };
    let again = Callback::from(move |()| session.again());
    let mut title = AttrValue::from(t.title);
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) if failure.code() == "authorization-expired" => html! {
            <>
                <Notice tone={Tone::Bad} id="expired" live=true>
                    <p>{ Text::of_failure(failure).in_language(locale) }</p>
                </Notice>
                <div class="actions"><LinkButton to={Route::Me} id="to-me" secondary=true>{ m.me.overview }</LinkButton></div>
            </>
        },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} /> }
        }
        Loaded::Ready(asked) => {
            let name = asked.application.name.as_str();
            title = (t.wants)(name).into();
            match asked.step {
                AuthorizationStep::SignIn => html! {
                    <>
                        <p class="lead" id="again">{ (t.again)(name) }</p>
                        <div class="actions">
                            <Button id="sign-in-again" onclick={again}>{ t.again_do }</Button>
                            { deny }
                        </div>
                    </>
                },
                AuthorizationStep::Level => {
                    let word = |level: u8| {
                        m.common
                            .levels
                            .get(usize::from(level))
                            .copied()
                            .unwrap_or_default()
                    };
                    html! {
                        <>
                            <p class="lead" id="level-needed">
                                { (t.level)(name, word(asked.needed_level), word(asked.level)) }
                            </p>
                            <p><LevelBadge level={asked.level} id="level-badge" /></p>
                            <p class="muted">{ t.level_why }</p>
                            <div class="actions">
                                <LinkButton to={Route::Verifications} id="raise">{ t.level_do }</LinkButton>
                                { deny }
                            </div>
                        </>
                    }
                }
                AuthorizationStep::Consent => html! {
                    <Ask asked={(**asked).clone()} busy={act.busy()} ondecide={decide} onagain={again} />
                },
                AuthorizationStep::Ready => html! { <p role="status">{ t.going }</p> },
            }
        }
    };
    html! {
        <Page name="authorize" {title}>
            { act.trouble(locale) }
            { content }
        </Page>
    }
}
