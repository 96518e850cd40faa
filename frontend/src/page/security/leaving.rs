use renzheng_types::step_up::StepUpPurpose;
use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Back, Button, ButtonKind, Notice, Page, Proved, Tone, use_act},
    hook::{use_api, use_locale, use_messages, use_session, use_steps},
    i18n,
};

/// 导出我的数据: everything held, as a file.
#[component]
pub fn Export() -> Html {
    let (s, api) = (&use_messages().security, use_api());
    let act = use_act();
    let file = use_state(|| None::<AttrValue>);
    let onproof = {
        let (act, file) = (act.clone(), file.clone());
        Callback::from(move |proof: String| {
            let file = file.clone();
            let call = async move { api.export(&proof).await };
            act.run(call, move |text| {
                file.set(Some(browser::text_url("application/json", &text).into()));
            });
        })
    };
    html! {
        <Page name="export" title={s.export} before={html! { <Back to={Route::Security}>{ s.back }</Back> }}>
            <p class="lead">{ s.export_why }</p>
            if let Some(href) = &*file {
                <Notice tone={Tone::Good} id="export-ready" live=true><p>{ s.export_ready }</p></Notice>
                <div class="actions">
                    <a id="save-export" class="button button--primary" download="renzheng.json" {href}>{ s.export_save }</a>
                </div>
            } else {
                <Proved purpose={StepUpPurpose::Export} submit={s.export} {onproof} {act} />
            }
        </Page>
    }
}

#[derive(Clone, PartialEq)]
enum Step {
    Think,
    Prove,
    /// When the account will be closed.
    Done(String),
}

/// 注销账户: what it means, then the proof, then how long one may still change one's mind.
#[component]
pub fn Close() -> Html {
    let (s, api, locale) = (&use_messages().security, use_api(), use_locale());
    let session = use_session();
    let act = use_act();
    let steps = use_steps(|| Step::Think);
    let onproof = {
        let (act, steps) = (act.clone(), steps.clone());
        Callback::from(move |proof: String| {
            let steps = steps.clone();
            let call = async move { api.close_account(&proof).await };
            act.run(call, move |closing| {
                steps.restart(Step::Done(i18n::moment(locale, closing.closes_at)));
            });
        })
    };
    let go_on = {
        let steps = steps.clone();
        Callback::from(move |()| steps.go_on(Step::Prove))
    };
    // Nobody is signed in any more; leaving says so to the whole site.
    let leave = Callback::from(move |()| session.leave());
    let points = s
        .close_points
        .iter()
        .map(|point| html! { <li>{ *point }</li> });
    let content = match steps.current() {
        Step::Think => html! {
            <>
                <ul class="plain">{ for points }</ul>
                <div class="actions">
                    <Button id="go-on" kind={ButtonKind::Secondary} onclick={go_on}>{ s.close_on }</Button>
                </div>
            </>
        },
        Step::Prove => html! {
            <Proved purpose={StepUpPurpose::Close} submit={s.close_now} {onproof} {act} />
        },
        Step::Done(at) => html! {
            <>
                <Notice tone={Tone::Wait} title={s.closed_title} id="closing" live=true><p>{ (s.closed)(at) }</p></Notice>
                <div class="actions"><Button id="finish" onclick={leave}>{ s.closed_done }</Button></div>
            </>
        },
    };
    let before = if matches!(steps.current(), Step::Done(_)) {
        Html::default()
    } else {
        html! { <Back to={Route::Security}>{ s.back }</Back> }
    };
    html! { <Page name="close" title={s.close} {before}>{ content }</Page> }
}
