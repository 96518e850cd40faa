//! Every operation of staff, by every role: nothing is for everybody.

use renzheng_tests::{TestServer, phone};
use reqwest::Method;
use serde_json::{Value, json};

/// Operations for staff, and who may use them.
const OPERATIONS: &[(&str, &str, &[&str])] = &[
    ("DELETE", "/staff/sessions/current", ALL),
    ("GET", "/staff/me", ALL),
    ("PUT", "/staff/me/password", ALL),
    ("POST", "/staff/me/recovery-codes", ALL),
    ("GET", "/staff/me/passkeys", ALL),
    ("POST", "/staff/me/passkeys", ALL),
    ("POST", "/staff/me/passkeys/enrolments", ALL),
    ("PATCH", "/staff/me/passkeys/{id}", ALL),
    ("POST", "/staff/me/passkeys/{id}/remove", ALL),
    ("POST", "/hall/lookups", COUNTER),
    ("GET", "/hall/cases/{id}", COUNTER),
    ("POST", "/hall/cases/{id}/pass", COUNTER),
    ("POST", "/hall/cases/{id}/refuse", COUNTER),
    ("POST", "/hall/cases/{id}/release", COUNTER),
    ("GET", "/hall/approvals", SUPERVISORS),
    ("POST", "/hall/approvals/{id}/approve", SUPERVISORS),
    ("POST", "/hall/approvals/{id}/reject", SUPERVISORS),
    ("GET", "/admin/staff", OPERATORS),
    ("POST", "/admin/staff", OPERATORS),
    ("GET", "/admin/staff/{id}", OPERATORS),
    ("PUT", "/admin/staff/{id}/duty", OPERATORS),
    ("POST", "/admin/staff/{id}/disable", OPERATORS),
    ("POST", "/admin/staff/{id}/enable", OPERATORS),
    ("POST", "/admin/staff/{id}/reset", OPERATORS),
    ("GET", "/admin/halls", OPERATORS),
    ("POST", "/admin/halls", OPERATORS),
    ("PUT", "/admin/halls/{id}", OPERATORS),
    ("POST", "/admin/accounts/search", OPERATORS),
    ("GET", "/admin/accounts/{id}", OPERATORS),
    ("POST", "/admin/accounts/{id}/lock", OPERATORS),
    ("POST", "/admin/accounts/{id}/unlock", OPERATORS),
    ("DELETE", "/admin/accounts/{id}/sessions", OPERATORS),
    ("GET", "/admin/audit-events", OPERATORS),
    ("POST", "/admin/audit-checks", OPERATORS),
    ("GET", "/admin/condition", OPERATORS),
    ("GET", "/admin/statistics", OPERATORS),
    ("GET", "/admin/statistics/csv", OPERATORS),
    ("GET", "/admin/clients", OPERATORS),
    ("POST", "/admin/clients", OPERATORS),
    ("GET", "/admin/clients/{id}", OPERATORS),
    ("PUT", "/admin/clients/{id}", OPERATORS),
    ("POST", "/admin/clients/{id}/secret", OPERATORS),
    ("POST", "/admin/clients/{id}/webhook-secret", OPERATORS),
    ("GET", "/admin/clients/{id}/webhook-deliveries", OPERATORS),
    (
        "POST",
        "/admin/clients/{id}/webhook-deliveries/{delivery_id}/redeliver",
        OPERATORS,
    ),
    ("POST", "/admin/clients/{id}/disable", OPERATORS),
    ("POST", "/admin/clients/{id}/enable", OPERATORS),
];
const ALL: &[&str] = &["clerk", "supervisor", "operator"];
const COUNTER: &[&str] = &["clerk", "supervisor"];
const SUPERVISORS: &[&str] = &["supervisor"];
const OPERATORS: &[&str] = &["operator"];

// A56
#[tokio::test(flavor = "multi_thread")]
async fn each_operation_is_for_its_roles_alone() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let citizen = client.registered(&phone(1)).await;
    let mut staff = Vec::new();
    for role in ALL {
        staff.push((*role, client.staff(role).await));
    }
    // Signing out comes last.
    for (method, path, roles) in OPERATIONS.iter().rev() {
        let some = "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03";
        let path = path.replace("{id}", some).replace("{delivery_id}", some);
        let method: Method = method.parse().expect("a method");
        let call = |who: &renzheng_tests::Client| {
            let who = who.clone();
            let (method, path) = (method.clone(), path.clone());
            async move { who.send(method, &path, Some(json!({}))).await }
        };
        call(&client).await.problem(401, "unauthenticated");
        call(&citizen).await.problem(401, "unauthenticated");
        for (role, who) in &staff {
            let answer = call(who).await;
            if roles.contains(role) {
                let status = answer.status.as_u16();
                assert!(
                    ![401, 403].contains(&status),
                    "{role} {method} {path}: {status}"
                );
            } else {
                answer.problem(403, "role-not-allowed");
            }
        }
    }
}

/// So that an operation which is added is put into the table above, or said not to be here.
// A56
#[test]
fn no_operation_is_missing() {
    let text = renzheng::http::spec::openapi_yaml();
    let description: Value = serde_norway::from_str(&text).expect("YAML");
    let here = ["/staff", "/hall", "/admin"];
    for (path, item) in description["paths"].as_object().expect("paths") {
        if !here.iter().any(|base| path.starts_with(base)) {
            continue;
        }
        for (method, operation) in item.as_object().expect("operations") {
            let security = operation["security"].to_string();
            let listed = OPERATIONS
                .iter()
                .any(|(verb, known, _)| known == path && verb.eq_ignore_ascii_case(method));
            assert_eq!(listed, security.contains("staff-bearer"), "{method} {path}");
            if listed {
                let codes = operation["responses"]["403"].to_string();
                let by_role = codes.contains("role-not-allowed");
                assert_eq!(by_role, !path.starts_with("/staff/"), "{method} {path}");
            }
        }
    }
}
