use gloo_timers::callback::Interval;
use renzheng_types::hall::{HallCode, HallVisit as Visit, HallVisitStatus};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    app::Route,
    component::{
        Back, Button, ButtonKind, LevelBadge, LinkButton, LoadFailed, Notice, Page, Skeleton, Tone,
        qr_code, use_act,
    },
    hook::{
        Countdown, Loaded, use_account, use_api, use_countdown, use_locale, use_messages,
        use_remote, use_session,
    },
    i18n,
};

/// How often we ask how far it has got.
const POLL_MS: u32 = 2_000;

/// 办事大厅现场: the code to show, and what comes of it.
#[component]
pub fn HallVisit() -> Html {
    let (m, locale, api) = (use_messages(), use_locale(), use_api());
    let (h, v) = (i18n::hall(locale), i18n::verification(locale));
    let (account, session) = (use_account(), use_session());
    let act = use_act();
    let code = use_state(|| None::<HallCode>);
    let out = use_mut_ref(|| false);
    let countdown = use_countdown();
    let remote = use_remote((), move || api.hall_visit());
    let status = match &remote.loaded {
        Loaded::Ready(visit) => Some(visit.status),
        Loaded::Loading | Loaded::Failed(_) => None,
    };
    {
        let (refresh, code, out) = (remote.refresh.clone(), code.clone(), out.clone());
        use_effect_with((status, code.is_some()), move |&(status, shown)| {
            use HallVisitStatus::{AtCounter, Code, Failed, Passed, Pending};
            if status == Some(Passed) {
                spawn_local(session.refresh());
            }
            // What is heard before the code is known to be out is of the visit before.
            *out.borrow_mut() = shown && (*out.borrow() || status == Some(Code));
            if *out.borrow() && matches!(status, Some(AtCounter | Pending | Passed | Failed)) {
                code.set(None);
            }
            let follow = shown || matches!(status, Some(Code | AtCounter | Pending));
            let timer = follow.then(|| Interval::new(POLL_MS, move || refresh.emit(())));
            move || drop(timer)
        });
    }
    let make = {
        let (act, code, start) = (act.clone(), code.clone(), countdown.start.clone());
        let refresh = remote.refresh.clone();
        Callback::from(move |()| {
            let (code, start, refresh) = (code.clone(), start.clone(), refresh.clone());
            let call = async move { api.create_hall_code().await };
            act.run(call, move |made: HallCode| {
                start.emit(made.expires_in);
                code.set(Some(made));
                refresh.emit(());
            });
        })
    };
    let button = |words: &'static str, kind: ButtonKind| {
        html! {
            <Button id="make-code" {kind} busy={act.busy()} busy_label={h.starting} onclick={make.clone()}>{ words }</Button>
        }
    };
    let level = m
        .common
        .levels
        .get(usize::from(account.level))
        .copied()
        .unwrap_or_default();
    let content = match (&remote.loaded, &*code) {
        (_, Some(shown)) => code_panel(h, shown, &countdown, &button),
        (Loaded::Loading, _) => html! { <Skeleton lines=6 /> },
        (Loaded::Failed(failure), _) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        (Loaded::Ready(visit), _) => match visit.status {
            HallVisitStatus::AtCounter => html! {
                <>
                    <Notice tone={Tone::Wait} title={h.at_counter} id="visit" live=true>
                        <p>{ (h.at_counter_text)(visit.hall.as_deref().unwrap_or_default()) }</p>
                    </Notice>
                    <p class="muted">{ h.anew }</p>
                    <div class="actions">{ button(h.renew, ButtonKind::Secondary) }</div>
                </>
            },
            HallVisitStatus::Pending => html! {
                <>
                    <Notice tone={Tone::Wait} title={h.pending} id="visit" live=true>
                        <p>{ h.pending_text }</p>
                    </Notice>
                    { details(h, visit) }
                </>
            },
            HallVisitStatus::Passed => html! {
                <>
                    <Notice tone={Tone::Good} title={h.passed} id="visit" live=true>
                        <p>{ (h.passed_text)(level) }</p>
                    </Notice>
                    <p><LevelBadge level={account.level} id="level-badge" /></p>
                    <div class="actions">
                        <LinkButton to={Route::Verifications} id="to-verifications">{ v.to_list }</LinkButton>
                    </div>
                </>
            },
            HallVisitStatus::None | HallVisitStatus::Code | HallVisitStatus::Failed => html! {
                <>
                    if visit.status == HallVisitStatus::Failed {
                        <Notice tone={Tone::Bad} title={h.failed} id="visit" live=true>{ details(h, visit) }</Notice>
                    }
                    <p class="lead">{ h.lead }</p>
                    if visit.status == HallVisitStatus::Code {
                        <Notice tone={Tone::Info} id="visit"><p>{ h.code_out }</p></Notice>
                    }
                    <div class="actions">{ button(h.start, ButtonKind::Primary) }</div>
                    <section class="tips" aria-labelledby="tips">
                        <h2 id="tips">{ h.bring_title }</h2>
                        <ul>{ for h.bring.iter().map(|item| html! { <li>{ *item }</li> }) }</ul>
                    </section>
                </>
            },
        },
    };
    html! {
        <Page name="hall-visit" title={h.title} before={html! { <Back to={Route::Verifications}>{ v.back }</Back> }}>
            { act.trouble(locale) }
            { content }
        </Page>
    }
}

fn details(h: &'static i18n::Hall, visit: &Visit) -> Html {
    match visit.attempt_id {
        Some(id) => html! {
            <p><LinkButton to={Route::Attempt { id }} id="to-attempt" secondary=true>{ h.details }</LinkButton></p>
        },
        None => Html::default(),
    }
}

/// The code in large digits and as a picture, and how long it lasts.
fn code_panel(
    h: &'static i18n::Hall,
    shown: &HallCode,
    countdown: &Countdown,
    button: &dyn Fn(&'static str, ButtonKind) -> Html,
) -> Html {
    if countdown.left == 0 {
        return html! {
            <div class="hall-code">
                <p class="qr-login__status" role="status">{ h.lapsed }</p>
                { button(h.renew, ButtonKind::Primary) }
            </div>
        };
    }
    let (first, second) = shown.code.split_at(shown.code.len() / 2);
    let left = format!("{}:{:02}", countdown.left / 60, countdown.left % 60);
    html! {
        <>
            <div class="hall-code">
                <p class="qr-login__status">{ h.show }</p>
                <p id="hall-code" class="hall-code__digits" data-code={shown.code.clone()}>
                    <span class="visually-hidden">{ format!("{}: {}", h.code_label, spaced(&shown.code)) }</span>
                    <span aria-hidden="true">{ first }</span><span aria-hidden="true">{ second }</span>
                </p>
                { qr_code(&shown.code, h.qr) }
                <p class="muted hall-code__left">{ (h.left)(&left) }</p>
                { button(h.renew, ButtonKind::Quiet) }
            </div>
            <Notice tone={Tone::Wait}><p>{ h.caution }</p></Notice>
        </>
    }
}

/// Digit by digit, as it is to be read out.
fn spaced(code: &str) -> String {
    let digits: Vec<String> = code.chars().map(String::from).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn codes_are_read_digit_by_digit() {
        assert_eq!(spaced("04829137"), "0 4 8 2 9 1 3 7");
    }
}
