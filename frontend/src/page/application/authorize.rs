use renzheng_types::application::{AuthorizationDecision, AuthorizationStep};
use yew::prelude::*;

use super::ask::Ask;
use crate::{
    api::Failure,
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
        let (act, id, refresh) = (act.clone(), id.clone(), remote.refresh.clone());
        Callback::from(move |decision: AuthorizationDecision| {
            let (id, refresh) = (id.clone(), refresh.clone());
            let call = async move {
                let answer = api.decide_authorization(&id, &decision).await;
                // Then nothing here can be gone on with.
                if answer.as_ref().is_err_and(is_expired) {
                    refresh.emit(());
                }
                answer
            };
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
    let go = decide.reform(|()| AuthorizationDecision {
        allow: true,
        scopes: Vec::new(),
    });
    {
        let go = go.clone();
        use_effect_with(step, move |step| {
            if *step == Some(AuthorizationStep::Ready) {
                go.emit(());
            }
        });
    }
    let expired = matches!(&remote.loaded, Loaded::Failed(failure) if is_expired(failure));
    {
        // The person may go away to be verified: their way back, as long as it leads anywhere.
        let path = yew_router::Routable::to_path(&Route::Authorize { id: id.to_string() });
        use_effect_with(expired, move |&expired| match expired {
            true => browser::end_errand(),
            false => browser::begin_errand(&path),
        });
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
        Loaded::Failed(failure) if expired => html! {
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
                AuthorizationStep::Ready if act.failed() => html! {
                    <div class="actions"><Button id="retry" onclick={go}>{ m.common.retry }</Button></div>
                },
                AuthorizationStep::Ready => html! { <p role="status">{ t.going }</p> },
            }
        }
    };
    html! {
        <Page name="authorize" {title}>
            if !expired {
                { act.trouble(locale) }
            }
            { content }
        </Page>
    }
}

fn is_expired(failure: &Failure) -> bool {
    failure.code() == "authorization-expired"
}
