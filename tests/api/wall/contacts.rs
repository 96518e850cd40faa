//! Numbers and addresses that two want at once, or that two give up for each other's: one has each in the end, and whoever
//! has not is told so.

use futures_util::{
    future::join_all,
    stream::{self, StreamExt},
};
use renzheng::config::{Config, LimitProfile};
use renzheng_tests::{Answer, Client, PASSWORD, TestServer, phone, trigger::whenever};
use sea_orm::DbBackend;
use serde_json::{Value, json};

/// How many pairs race, and how many of them at once.
const PAIRS: u32 = 24;
const AT_ONCE: usize = 12;

/// Limits out of the way, and hashes that cost next to nothing: else who hashes always comes second.
fn close(config: &mut Config) {
    config.limits = LimitProfile::Relaxed;
    config.password.memory_kib = 8;
    config.password.iterations = 1;
}

/// A registered person who has stepped up and has a code to bind a number.
struct Mover {
    able: Client,
    to: String,
    code: String,
}

impl Mover {
    /// Who registers first. The code is the `count`th message to the number `to`.
    async fn new(client: &Client, from: &str, to: &str, count: usize) -> Self {
        let person = client.registered(from).await;
        Self::of(&person, (from, 2), (to, count)).await
    }

    /// Who has the first number. Beside each stands which of its messages has the code.
    async fn of(person: &Client, from: (&str, usize), to: (&str, usize)) -> Self {
        let able = person.stepped_up(from.0, "phone", from.1).await;
        let ask = json!({"phone": to.0, "captcha": person.solved_captcha().await});
        person.post("/me/phone/codes", ask).await.ok(202);
        Self {
            code: person.newest_code(to.0, to.1).await,
            to: to.0.to_string(),
            able,
        }
    }

    async fn moves(&self) -> Answer {
        let body = json!({"phone": self.to, "code": self.code});
        self.able.put("/me/phone", body).await
    }

    /// The account as it is.
    async fn me(&self) -> Value {
        self.able.get("/me").await.ok(200)
    }
}

/// Whose account a number signs in to.
async fn owner(client: &Client, phone: &str) -> Value {
    let session = client.sign_in(phone, PASSWORD).await.ok(201);
    session["account"]["id"].clone()
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_registered_or_bound_and_never_both() {
    let server = TestServer::with(close).await;
    let client = server.client();
    let pairs = join_all((0..PAIRS).map(|pair| {
        let client = client.clone();
        async move {
            let (old, new) = (phone(2 * pair), phone(2 * pair + 1));
            let mover = Mover::new(&client, &old, &new, 1).await;
            let code = client.code(&new, "register", 2).await;
            (mover, Client::registration(&new, &code))
        }
    }))
    .await;
    let races = pairs.iter().map(|(mover, registration)| {
        let registered = client.post("/accounts", registration.clone());
        async { tokio::join!(mover.moves(), registered) }
    });
    let raced: Vec<_> = stream::iter(races).buffered(AT_ONCE).collect().await;
    for ((mover, _), (moved, registered)) in pairs.iter().zip(raced) {
        let mine = mover.me().await["id"].clone();
        let has_it = owner(&client, &mover.to).await;
        if moved.status == 200 {
            registered.problem(409, "phone-taken");
            assert_eq!(has_it, mine);
        } else {
            moved.problem(409, "phone-taken");
            assert_eq!(has_it, registered.ok(201)["account"]["id"]);
        }
    }
}

/// The number is free when it is looked for, and taken a moment later.
// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_meanwhile_is_told_to_be() {
    for purpose in ["register", "bind-phone"] {
        let server =
            TestServer::without_redis(|config| config.limits = LimitProfile::Relaxed).await;
        let client = server.client();
        let wanted = phone(2);
        let mover = Mover::new(&client, &phone(1), &wanted, 1).await;
        let code = client.code(&wanted, "register", 2).await;
        let other = client.register(&phone(3)).await;
        let takes = takes(&server, &other["account"]["id"], &wanted);
        let used = format!("OLD.key LIKE 'code:{purpose}:%'");
        whenever(&server, "DELETE ON ephemeral", &used, &takes).await;
        let answer = match purpose {
            "register" => {
                let registration = Client::registration(&wanted, &code);
                client.post("/accounts", registration).await
            }
            _ => mover.moves().await,
        };
        answer.problem(409, "phone-taken");
        assert_eq!(owner(&client, &wanted).await, other["account"]["id"]);
        assert_eq!(mover.me().await["phone"], "139****0001");
    }
}

/// The statement by which an account has a number.
fn takes(server: &TestServer, account: &Value, phone: &str) -> String {
    let app = server.app();
    let index: String = app
        .vault
        .blind_index("phone", phone)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let id: uuid::Uuid = account.as_str().expect("an id").parse().expect("an id");
    let (index, id) = match app.database.backend() {
        DbBackend::Postgres => (format!("'\\x{index}'::bytea"), format!("'{id}'::uuid")),
        _ => (format!("X'{index}'"), format!("X'{}'", id.simple())),
    };
    format!("UPDATE account SET phone_index = {index} WHERE id = {id}")
}

/// Two who want each other's number get neither; who wants one that is being given up has it, or is told that it is not free
/// yet.
// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_not_swapped_and_none_is_lost() {
    let server = TestServer::with(close).await;
    let client = server.client();
    let swaps = join_all((0..PAIRS).map(|pair| {
        let client = client.clone();
        async move {
            let (one, two) = (phone(2 * pair), phone(2 * pair + 1));
            let (first, second) = (client.registered(&one).await, client.registered(&two).await);
            // The first message to each was the registration's.
            let second = Mover::of(&second, (&two, 2), (&one, 2)).await;
            let first = Mover::of(&first, (&one, 3), (&two, 3)).await;
            [first, second]
        }
    }))
    .await;
    let chains = join_all((0..PAIRS).map(|pair| {
        let client = client.clone();
        async move {
            let [given_up, mine, free] = [0, 1, 2].map(|number| phone(1000 + 3 * pair + number));
            let giver = Mover::new(&client, &given_up, &free, 1).await;
            [giver, Mover::new(&client, &mine, &given_up, 3).await]
        }
    }))
    .await;
    let movers: Vec<&Mover> = swaps.iter().chain(&chains).flatten().collect();
    let before = join_all(movers.iter().map(|mover| mover.me())).await;
    let moves = stream::iter(movers.iter().map(|mover| mover.moves()));
    let answers: Vec<_> = moves.buffered(2 * AT_ONCE).collect().await;
    let swapping = 2 * swaps.len();
    for answer in &answers[..swapping] {
        answer.problem(409, "phone-taken");
    }
    for chain in answers[swapping..].chunks(2) {
        chain[0].ok(200);
        if chain[1].status != 200 {
            chain[1].problem(409, "phone-taken");
        }
    }
    for ((mover, before), answer) in movers.iter().zip(before).zip(&answers) {
        let after = mover.me().await;
        assert_eq!(after["id"], before["id"]);
        if answer.status == 200 {
            assert_eq!(owner(&client, &mover.to).await, after["id"]);
        } else {
            assert_eq!(after["phone"], before["phone"]);
        }
    }
}

/// Asks for `email` to be bound; answers the token of the mail.
async fn link(person: &Client, mine: &str, message: usize, email: &str, mail: usize) -> String {
    let able = person.stepped_up(mine, "email", message).await;
    let body = json!({"email": email, "captcha": person.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    let mails = person.mails(email, mail).await;
    let link = mails
        .iter()
        .find_map(|mail| mail["links"][0].as_str()?.split_once("/email/activate#"));
    link.expect("a link").1.to_string()
}

/// Two who want each other's address get neither, and neither waits for the other.
// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_not_swapped() {
    let server = TestServer::with(close).await;
    let client = server.client();
    let activate = async |token: &str| {
        let body = json!({"token": token});
        client.post("/email-activations", body).await
    };
    let pairs = join_all((0..8).map(|pair| {
        let (client, activate) = (client.clone(), &activate);
        async move {
            let numbers = [phone(2 * pair), phone(2 * pair + 1)];
            let emails = ["a", "b"].map(|name| format!("{name}{pair}@example.org"));
            let mut people = Vec::new();
            for (number, email) in numbers.iter().zip(&emails) {
                let person = client.registered(number).await;
                let token = link(&person, number, 2, email, 1).await;
                activate(&token).await.ok(200);
                people.push(person);
            }
            // The third message told that the address is bound.
            let one = link(&people[0], &numbers[0], 4, &emails[1], 2).await;
            let two = link(&people[1], &numbers[1], 4, &emails[0], 2).await;
            (people, [one, two])
        }
    }))
    .await;
    // A link that did nothing can be pressed again.
    for _ in 0..8 {
        let presses = pairs.iter().flat_map(|(_, links)| links);
        for answer in join_all(presses.map(|link| activate(link))).await {
            answer.problem(409, "email-taken");
        }
    }
    for (people, _) in &pairs {
        for (person, email) in people.iter().zip(["a***@example.org", "b***@example.org"]) {
            assert_eq!(person.get("/me/email").await.ok(200)["email"], email);
        }
    }
}
