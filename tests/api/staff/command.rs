//! `renzheng staff` and `renzheng hall`: how the first operator comes to be.

use renzheng::{
    hall::command::{self as halls, HallCommand},
    staff::command::{self as staff, Role, StaffCommand},
};
use renzheng_tests::{PASSWORD, TestServer, staff::authenticator};
use serde_json::json;

fn add(role: Role, hall: Option<&str>, login: &str) -> StaffCommand {
    StaffCommand::Add {
        name: "赵小兰".into(),
        role,
        hall: hall.map(String::from),
        login: Some(login.into()),
        email: None,
        id_number: None,
    }
}

// A14
#[tokio::test(flavor = "multi_thread")]
async fn the_first_operator_comes_from_the_command_line() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    // On the same data as the server that runs.
    let mut config = server.config.clone();
    config.sandbox_listen = "127.0.0.1:8081".parse().expect("an address");
    let app = renzheng::server::application(config, server.clock.clone())
        .await
        .expect("the application");
    for guess in ["admin", "root", "operator"] {
        let body = json!({"login": guess, "password": "admin", "code": "000000"});
        client
            .post("/staff/sessions", body)
            .await
            .problem(401, "invalid-staff-credentials");
    }
    let printed = staff::run(&app, add(Role::Operator, None, "boss"))
        .await
        .expect("added");
    let (_, token) = printed.split_once("/staff/enrol#").expect("a link");
    let token = token.trim();
    assert!(!printed.contains("assword"), "{printed}");

    let opened = client
        .post("/staff/enrolments", json!({"token": token}))
        .await
        .ok(201);
    let own = client.citizen(80).await;
    let body = json!({
        "token": token,
        "password": PASSWORD,
        "id_number": own["id_number"],
        "phone": own["phone"],
        "code": server.code_of(&authenticator(&opened["totp"]["secret"])),
    });
    let enrolled = client
        .post("/staff/enrolments/confirmation", body)
        .await
        .ok(201);
    let boss = client.bearer(
        enrolled["session"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    boss.get("/admin/staff").await.ok(200);

    let hall = HallCommand::Add {
        name: "东区大厅".into(),
        address: "东街 2 号".into(),
    };
    halls::run(&app, hall).await.expect("added");
    let listed = halls::run(&app, HallCommand::List).await.expect("listed");
    assert!(listed.contains("东区大厅"), "{listed}");
    staff::run(&app, add(Role::Clerk, None, "c1"))
        .await
        .expect_err("a clerk without a hall");
    staff::run(&app, add(Role::Clerk, Some("西区大厅"), "clerk1"))
        .await
        .expect_err("no such hall");
    staff::run(&app, add(Role::Clerk, Some("东区大厅"), "clerk1"))
        .await
        .expect("added");
    staff::run(&app, add(Role::Clerk, Some("东区大厅"), "clerk1"))
        .await
        .expect_err("known already");
    let listed = staff::run(&app, StaffCommand::List).await.expect("listed");
    assert!(
        listed.contains("boss") && listed.contains("clerk1\t赵小兰\tclerk\t东区大厅\tinvited"),
        "{listed}"
    );

    let login = || "boss".to_string();
    staff::run(&app, StaffCommand::Disable { login: login() })
        .await
        .expect("disabled");
    boss.get("/staff/me").await.problem(401, "unauthenticated");
    staff::run(&app, StaffCommand::Enable { login: login() })
        .await
        .expect("enabled");
    let printed = staff::run(&app, StaffCommand::Reset { login: login() })
        .await
        .expect("reset");
    assert!(printed.contains("/staff/enrol#"), "{printed}");
    let nobody = StaffCommand::Reset {
        login: "nobody".into(),
    };
    staff::run(&app, nobody).await.expect_err("nobody");
}
