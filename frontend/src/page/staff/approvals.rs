use renzheng_types::hall::{HallApproval, HallCase, HallCaseStatus, HallReason};
use uuid::Uuid;
use yew::prelude::*;

use super::{
    frame::{StaffPage, use_staff},
    reasons::{outcome, person, picked, reason_field},
};
use crate::{
    api::Failure,
    app::Route,
    browser,
    component::{
        Back, Button, ButtonKind, ErrorSummary, LinkButton, LoadFailed, Notice, RouteLink,
        Skeleton, Tone,
    },
    hook::{Loaded, Text, Values, use_api, use_form, use_locale, use_remote_with, use_task},
    i18n,
};

/// 待复核: what waits, the longest first. It says nothing of the people.
#[component]
pub fn Approvals() -> Html {
    let locale = use_locale();
    let s = i18n::staff(locale);
    let (api, staff) = (use_api(), use_staff());
    let remote = use_remote_with(
        (),
        move || api.hall_approvals(),
        move |failure| {
            staff.note(failure);
        },
    );
    let content = match &remote.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        Loaded::Ready(list) if list.items.is_empty() => html! {
            <Notice tone={Tone::Good} id="nothing-waits"><p>{ s.nothing_waits }</p></Notice>
        },
        Loaded::Ready(list) => {
            let rows = list.items.iter().map(|item| {
                let since = i18n::moment(locale, item.recorded_at);
                html! {
                    <li class="record">
                        <div class="record__text">
                            <p><strong>{ &item.clerk }</strong>{ " · " }{ &item.hall }</p>
                            <p class="record__more">{ (s.waits_since)(&since) }{ " · " }{ why(s, item) }</p>
                        </div>
                        { look(s, item) }
                    </li>
                }
            });
            html! { <ul id="approvals" class="records">{ for rows }</ul> }
        }
    };
    html! {
        <StaffPage name="staff-approvals" title={s.approvals_title} here={Route::StaffApprovals}>
            <p class="muted">{ s.approvals_lead }</p>
            { content }
            <Button id="refresh" kind={ButtonKind::Quiet} onclick={remote.refresh.clone()}>{ s.refresh }</Button>
        </StaffPage>
    }
}

fn why(s: &'static i18n::Staff, item: &HallApproval) -> &'static str {
    if item.typed { s.why_typed } else { s.why_drawn }
}

fn look(s: &'static i18n::Staff, item: &HallApproval) -> Html {
    if item.mine {
        return html! { <span class="record__more">{ s.mine }</span> };
    }
    html! {
        <RouteLink to={Route::StaffApproval { id: item.id }} class="button button--secondary">{ s.look }</RouteLink>
    }
}

const FIELDS: &[&str] = &["reason"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    values
        .get("reason")
        .is_empty()
        .then(|| Text::by(|locale| i18n::staff(locale).reason_missing.into()))
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: Uuid,
}

/// One case: what the clerk confirmed, and the supervisor's decision.
#[component]
pub fn Approval(props: &Props) -> Html {
    let locale = use_locale();
    let s = i18n::staff(locale);
    let (api, staff, id) = (use_api(), use_staff(), props.id);
    let done = use_state(|| None::<HallCase>);
    let refusal = use_state(|| false);
    let form = use_form("staff-approval", FIELDS, wrong);
    let (approving, rejecting) = (use_task(), use_task());
    let remote = {
        let staff = staff.clone();
        use_remote_with(
            id,
            move || api.hall_case(id),
            move |failure| staff.note(failure),
        )
    };
    let answered = {
        let (form, done) = (form.clone(), done.clone());
        move |answer: Result<HallCase, Failure>| match answer {
            Ok(case) => {
                form.set("reason", "");
                form.clear_errors();
                done.set(Some(case));
                browser::focus_heading();
            }
            Err(failure) => {
                staff.note(&failure);
                form.refuse(&failure, &[]);
            }
        }
    };
    let onapprove = {
        let (task, answered) = (approving.clone(), answered.clone());
        Callback::from(move |()| {
            let answered = answered.clone();
            task.run(async move { answered(api.approve_hall_case(id).await) });
        })
    };
    let onreject = {
        let (form, task) = (form.clone(), rejecting.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if task.busy() || !form.accept(FIELDS) {
                return;
            }
            let reason = picked(&form).unwrap_or(HallReason::Other);
            let answered = answered.clone();
            task.run(async move { answered(api.reject_hall_case(id, reason).await) });
        })
    };
    let turn = |to: bool| {
        let (refusal, form) = (refusal.clone(), form.clone());
        Callback::from(move |()| {
            form.clear_errors();
            refusal.set(to);
        })
    };
    let content = match (&*done, &remote.loaded) {
        (Some(case), _) => html! {
            <>
                { outcome(locale, case) }
                <div class="actions"><LinkButton to={Route::StaffApprovals} id="to-approvals">{ s.to_approvals }</LinkButton></div>
            </>
        },
        (None, Loaded::Loading) => html! { <Skeleton lines=6 /> },
        (None, Loaded::Failed(failure)) => html! {
            <LoadFailed failure={failure.clone()} retry={remote.refresh.clone()} />
        },
        (None, Loaded::Ready(case)) if case.status != HallCaseStatus::AwaitingApproval => {
            outcome(locale, case)
        }
        (None, Loaded::Ready(case)) => html! {
            <>
                <p class="lead">{ (s.recorded_by)(&case.clerk, &case.hall) }</p>
                if case.typed {
                    <Notice tone={Tone::Info}><p>{ s.typed_note }</p></Notice>
                }
                if let Some(found) = &case.person { { person(locale, found) } }
                if *refusal {
                    <form id="reject-form" novalidate=true onsubmit={onreject}>
                        { reason_field(locale, &form) }
                        <div class="actions">
                            <Button id="reject-now" submit=true busy={rejecting.busy()} busy_label={s.recording}>{ s.reject_now }</Button>
                            <Button id="reject-not" kind={ButtonKind::Quiet} onclick={turn(false)}>{ s.refuse_not }</Button>
                        </div>
                    </form>
                } else {
                    <div class="actions">
                        <Button id="approve" busy={approving.busy()} busy_label={s.recording} onclick={onapprove}>{ s.approve }</Button>
                        <Button id="reject" kind={ButtonKind::Secondary} onclick={turn(true)}>{ s.reject }</Button>
                    </div>
                }
            </>
        },
    };
    let before = html! {
        <>
            <Back to={Route::StaffApprovals}>{ s.to_approvals }</Back>
            <ErrorSummary form={form.clone()} />
        </>
    };
    html! {
        <StaffPage name="staff-approval" title={s.approval_title} here={Route::StaffApprovals} {before} wrong={!form.summary().is_empty()}>
            { content }
        </StaffPage>
    }
}
