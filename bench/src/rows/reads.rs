//! P4 to P6: what is only read.

use anyhow::{Context, ensure};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE};

use super::{CLIENTS, ROUND, ROUNDS};
use crate::{
    application::Application,
    limit::Bare,
    load,
    report::{Goal, Row},
    service::{Service, Setup, pages},
};

/// P4: who is signed in, beside a handler that only answers the same JSON.
pub async fn me() -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::people(1)).await?;
    let bare = Bare::json(&service.account)?;
    let mut row = Row::new(
        "P4",
        "GET /me",
        "per second",
        "bare poem, same JSON",
        Goal::Share(0.5),
    );
    for _ in 0..ROUNDS {
        row.limit(load::per_second(CLIENTS, ROUND, |_| bare.get()).await?);
        row.measured(load::per_second(CLIENTS, ROUND, |_| service.me()).await?);
    }
    Ok(vec![row])
}

/// P5: documents that are the same for everybody.
pub async fn documents() -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::default()).await?;
    let mut documents = vec![
        ("discovery", "/.well-known/openid-configuration".to_owned()),
        ("key set", "/oauth2/jwks".to_owned()),
    ];
    match style_sheet()? {
        Some(path) => documents.push(("style sheet, brotli", path)),
        None => println!("  the web pages are not built: no row for a static file"),
    }
    let mut rows = Vec::new();
    for (name, path) in documents {
        let url = format!("{}{path}", service.url);
        let get = || async {
            let answer = service.http.get(&url).header(ACCEPT_ENCODING, "br");
            let answer = answer.send().await?;
            ensure!(answer.status() == 200, "{}", answer.status());
            let kind = answer.headers().get(CONTENT_TYPE).cloned();
            Ok((kind, answer.bytes().await?))
        };
        let (kind, body) = get().await?;
        let kind = kind.context("a content type")?;
        let bare = Bare::bytes(&body, kind.to_str()?)?;
        let mut row = Row::new(
            "P5",
            name,
            "per second",
            "bare poem, same bytes",
            Goal::Share(0.9),
        );
        for _ in 0..ROUNDS {
            row.limit(load::per_second(CLIENTS, ROUND, |_| bare.get()).await?);
            row.measured(load::per_second(CLIENTS, ROUND, |_| get()).await?);
        }
        rows.push(row);
    }
    Ok(rows)
}

fn style_sheet() -> anyhow::Result<Option<String>> {
    let Some(folder) = pages() else {
        return Ok(None);
    };
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("style-") && name.ends_with(".css") {
            return Ok(Some(format!("/{name}")));
        }
    }
    Ok(None)
}

/// P6: what an application asks about a token, and about the person.
pub async fn applications() -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::default()).await?;
    let application = Application::register(&service)?;
    let person = application.person(0).await;
    let mut rows = Vec::new();
    for (name, scope) in [
        ("introspection", "openid"),
        ("userinfo of openid", "openid"),
        (
            "userinfo of openid and profile, each reading written down",
            "openid profile",
        ),
    ] {
        let tokens = application.tokens(&person, scope).await?;
        let token = tokens["access_token"].as_str().context("a token")?;
        let introspected = name == "introspection";
        let ask = || async {
            match introspected {
                true => application.introspect(token).await,
                false => application.userinfo(token).await,
            }
        };
        let bare = Bare::json(&ask().await?)?;
        let mut row = Row::new(
            "P6",
            name,
            "per second",
            "bare poem, same JSON",
            Goal::Share(0.4),
        );
        for _ in 0..ROUNDS {
            row.limit(load::per_second(CLIENTS, ROUND, |_| bare.get()).await?);
            row.measured(load::per_second(CLIENTS, ROUND, |_| ask()).await?);
        }
        rows.push(row);
    }
    Ok(rows)
}
