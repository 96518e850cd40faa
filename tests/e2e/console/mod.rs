//! The operators' console, at both widths: every page, what is done on it, and what axe-core finds.

mod applications;

use chrono::{Datelike, Days, TimeDelta};
use renzheng::{
    admin::node_store,
    audit::chain,
    entity::{daily_count, node},
    statistics,
};
use renzheng_tests::{Client, TestServer, browser::Browser, phone};
use renzheng_types::admin::{ProviderCondition, ProviderState};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{access::violations_here, at_both_widths, hall::staff_sign_in};

/// Looks at the page as it is: its size, its picture, its faults.
async fn looked_at(browser: &Browser<'_>, axe: Option<&'static str>, name: &str) {
    browser.gone(".skeleton").await;
    browser.fits().await;
    browser.screenshot(name).await;
    if let Some(axe) = axe {
        let found = violations_here(browser, axe, name).await;
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

fn axe() -> Option<&'static str> {
    let path = std::env::var_os("TEST_AXE")?;
    Some(String::leak(
        std::fs::read_to_string(path).expect("axe-core"),
    ))
}

/// Signs the demonstration's operator in, who comes to the overview.
async fn operator<'a>(server: &TestServer, browser: &Browser<'a>) {
    browser.go("/staff").await;
    staff_sign_in(server, browser, "operator").await;
    browser.on("console").await;
}

/// Opens a page of the menu.
async fn open(browser: &Browser<'_>, entry: &str, page: &str) {
    browser.click(entry).await;
    browser.on(page).await;
}

async fn choose(browser: &Browser<'_>, field: &str, value: &str) {
    browser
        .click(&format!("{field} option[value='{value}']"))
        .await;
}

/// Presses something that asks once more, and says yes.
async fn act(browser: &Browser<'_>, id: &str) {
    browser.click(&format!("#{id}")).await;
    browser.click("#confirm").await;
}

/// People who registered, signed in and were verified; the last of them.
async fn people(server: &TestServer) -> Client {
    let client = server.client();
    let mut last = client.clone();
    for number in 1..=3 {
        last = client.registered(&phone(number)).await;
    }
    let person = client.signed_in_again(&phone(3)).await;
    let citizen = client.citizen(21).await;
    for name in [json!("李雷"), citizen["name"].clone()] {
        let claim = json!({"name": name, "id_number": citizen["id_number"]});
        person
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
    }
    while chain::extend(server.app()).await.expect("chained") > 0 {}
    last
}

/// What the days before today were like.
async fn days_before(server: &TestServer) {
    let app = server.app();
    let today = statistics::day(server.clock.now());
    let kinds = [
        ("registration", "", "", 18, None),
        ("sign-in", "sms", "", 74, None),
        ("sign-in", "pwd", "", 52, None),
        ("sign-in", "qr", "", 21, None),
        ("sign-in", "swk", "", 9, None),
        ("verification", "id-card", "passed", 15, None),
        ("verification", "id-card", "mismatch", 2, None),
        ("verification", "bank-card", "passed", 5, None),
        ("verification", "face", "passed", 7, None),
        ("verification", "face", "not-live", 1, None),
        ("sms", "aliyun", "sent", 98, Some(450)),
    ];
    for ago in 1..30 {
        let day = today - Days::new(ago);
        let weekend = day.weekday().number_from_monday() > 5;
        let share = if weekend { 50 } else { 100 } + i64::try_from(ago * 7 % 13).expect("small");
        for (kind, method, result, count, price) in kinds {
            let count = count * share;
            let more = daily_count::Model {
                day,
                kind: kind.into(),
                method: method.into(),
                result: result.into(),
                shard: 0,
                count,
                cost: price.map(|price: i64| price * count),
            };
            let added = statistics::store::add(app.database.write(), more).await;
            added.expect("added");
        }
    }
}

/// Another node, which has left a provider alone.
async fn another_node(server: &TestServer) {
    let (app, now) = (server.app(), server.clock.now());
    let found = [
        ("aliyun", "sms", ProviderState::Working, 0, None),
        (
            "authority",
            "social-security",
            ProviderState::LeftAlone,
            5,
            Some(now + TimeDelta::seconds(30)),
        ),
    ];
    let providers = found.map(|(name, serves, state, failures, until)| ProviderCondition {
        name: name.into(),
        serves: serves.into(),
        state,
        failures,
        until,
    });
    let node = node::Model {
        id: uuid::Uuid::from_u128(0x6f0c_51d2_9a7e_4b1f_8d35_20c7_e94a_1b68),
        version: env!("CARGO_PKG_VERSION").into(),
        seen_at: now,
        providers: serde_json::to_string(&providers).expect("JSON"),
    };
    let published = node_store::publish(app, node).await;
    published.expect("published");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_the_service_and_helps_a_person() {
    at_both_widths(async |server, browser| {
        let axe = axe();
        let person = people(server).await;
        days_before(server).await;
        operator(server, &browser).await;
        browser.says("#condition", "服务运行正常").await;
        browser.says(".console-tiles", "3").await;
        browser.find("#chart-registrations canvas").await;
        looked_at(&browser, axe, "console").await;
        // Every chart is a table too.
        browser.click("#chart-registrations summary").await;
        browser
            .says("#chart-registrations tbody tr:first-child", "3")
            .await;

        open(&browser, "#nav-people", "console-people").await;
        browser.click("#submit").await;
        browser.says("#error-summary", "请输入手机号码").await;
        looked_at(&browser, axe, "console-people-error").await;
        browser.fill("#value", &phone(9)).await;
        choose(&browser, "#reason", "help-request").await;
        browser.click("#submit").await;
        browser.find("#nobody").await;
        browser.fill("#value", &phone(3)).await;
        browser.click("#submit").await;
        browser.says("#found", "139****0003").await;
        // Whose number it was does not stay on the page.
        assert_eq!(browser.value("#value").await, "");
        looked_at(&browser, axe, "console-people").await;
        browser.click("#open-account").await;
        browser.on("console-person").await;
        browser.says("#history", "信息不一致").await;
        looked_at(&browser, axe, "console-person").await;

        act(&browser, "lock").await;
        browser.says("#error-summary", "请选择原因").await;
        choose(&browser, "#reason", "fraud").await;
        act(&browser, "lock").await;
        browser.find("#locked").await;
        person.get("/me").await.problem(401, "unauthenticated");
        looked_at(&browser, axe, "console-person-locked").await;
        act(&browser, "unlock").await;
        browser.gone("#locked").await;
        act(&browser, "end-sessions").await;
        browser.find("#sessions-ended").await;

        browser.click("#its-trail").await;
        browser.on("console-trail").await;
        browser.find("[data-action='account.lock']").await;
        browser.click("#check-chain").await;
        browser.find("#chain-whole").await;
        looked_at(&browser, axe, "console-trail").await;
        browser.click("#clear").await;
        browser.fill("#action", "session.begin").await;
        browser.click("#submit").await;
        browser.gone("[data-action='account.lock']").await;
        browser.find("[data-action='session.begin']").await;

        open(&browser, "#nav-service", "console-service").await;
        browser.says("#providers", "aliyun").await;
        // Of one node alone there is no more to say; another one finds worse.
        if renzheng_tests::nodes() == 1 {
            browser.gone("#nodes").await;
        }
        another_node(server).await;
        browser.click("#refresh").await;
        browser.says("#providers", "已暂停").await;
        browser.says("#nodes", "1 项异常").await;
        browser.click("#nodes details:last-of-type summary").await;
        looked_at(&browser, axe, "console-service").await;

        open(&browser, "#nav-statistics", "console-statistics").await;
        browser.find("#chart-methods canvas").await;
        looked_at(&browser, axe, "console-statistics").await;
        browser.click("#days-7").await;
        browser.find("#chart-methods canvas").await;
        let link = browser
            .find("#csv")
            .await
            .attr("href")
            .await
            .expect("a link");
        assert!(
            link.expect("a link")
                .contains("/admin/statistics/csv?from=")
        );
        browser.click("#switch-language").await;
        browser.says("h1", "Statistics").await;
        looked_at(&browser, axe, "console-statistics-english").await;
        browser.click("#staff-sign-out").await;
        browser.on("staff-sign-in").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_runs_halls_and_staff() {
    at_both_widths(async |server, browser| {
        let axe = axe();
        operator(server, &browser).await;
        open(&browser, "#nav-halls", "console-halls").await;
        looked_at(&browser, axe, "console-halls").await;
        browser.click("#add-hall").await;
        browser.on("console-hall").await;
        browser.click("#submit").await;
        browser.says("#error-summary", "请填写大厅名称").await;
        browser.fill("#name", "东区大厅").await;
        browser.fill("#address", "东街 2 号").await;
        looked_at(&browser, axe, "console-hall").await;
        browser.click("#submit").await;
        browser.on("console-halls").await;
        browser.click("[data-hall='东区大厅'] #turn-hall").await;
        browser.says("[data-hall='东区大厅']", "已停业").await;

        open(&browser, "#nav-staff", "console-staff").await;
        browser.says("#staff", "王小红").await;
        looked_at(&browser, axe, "console-staff").await;
        browser.click("#add-staff").await;
        browser.on("console-add-staff").await;
        browser.fill("#name", "赵小兰").await;
        browser.fill("#email", "zhao@example.cn").await;
        choose(&browser, "#role", "clerk").await;
        browser.click("#submit").await;
        browser.find("#error-summary").await;
        looked_at(&browser, axe, "console-add-staff").await;
        browser.click("#hall-id option:nth-child(2)").await;
        browser.click("#submit").await;
        browser.find("#added").await;
        let link = server.client().enrolment_token("zhao@example.cn", 1).await;
        assert!(!link.is_empty());
        open(&browser, "#nav-staff", "console-staff").await;
        browser.says("#staff", "赵小兰").await;
        let row = browser
            .driver
            .find(By::XPath("//table[@id='staff']//a[text()='赵小兰']"))
            .await
            .expect("the row");
        row.click().await.expect("clicked");
        browser.on("console-member").await;
        browser.says("#member", "待启用").await;
        looked_at(&browser, axe, "console-member").await;
        choose(&browser, "#role", "supervisor").await;
        browser.click("#submit").await;
        browser.says("#member-role", "复核人员").await;
        act(&browser, "disable").await;
        browser.says("#member", "已停用").await;
        act(&browser, "enable").await;
        browser.find("#disable").await;

        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_change_their_own_password_and_codes_and_clerks_see_no_console() {
    at_both_widths(async |server, browser| {
        let axe = axe();
        browser.go("/console").await;
        staff_sign_in(server, &browser, "clerk").await;
        browser.find("#not-yours").await;
        browser.go("/staff/account").await;
        browser.on("staff-account").await;
        browser.says("#own", "王小红").await;
        looked_at(&browser, axe, "staff-account").await;
        let now = server.client().staff_credentials("clerk").await;
        let password: &Value = &now["password"];
        let password = password.as_str().expect("a password");
        browser.click("#to-password").await;
        browser.click("#submit").await;
        browser.find("#error-summary").await;
        looked_at(&browser, axe, "staff-password").await;
        let another = "a lamp beside seven quiet rivers";
        browser.fill("#password-now", password).await;
        browser.fill("#password", another).await;
        browser.fill("#password-confirm", another).await;
        browser.fill("#code", &fresh_code(server).await).await;
        browser.click("#submit").await;
        browser.find("#password-changed").await;
        browser.click("#nav-account").await;
        browser.go("/staff/account").await;
        browser.click("#to-codes").await;
        browser.fill("#password-now", another).await;
        browser.fill("#code", &fresh_code(server).await).await;
        browser.click("#submit").await;
        browser.find("#recovery-codes").await;
        looked_at(&browser, axe, "staff-codes").await;
        browser
    })
    .await;
}

/// A code that was not used yet.
async fn fresh_code(server: &TestServer) -> String {
    server.clock.advance(30);
    let now = server.client().staff_credentials("clerk").await;
    now["code"].as_str().expect("a code").to_owned()
}
