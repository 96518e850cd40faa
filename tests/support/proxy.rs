//! A proxy on loopback: shares connections among servers by turns, and does to them what networks do.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What happens to the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// All are cut, and new ones refused.
    Refuse,
    /// Nothing comes through, and nobody is told.
    Hang,
    /// Whatever comes through is that late.
    Delay(Duration),
}

/// A running proxy; it ends with its owner.
pub struct Proxy {
    pub address: SocketAddr,
    fault: watch::Sender<Fault>,
    backends: Arc<Mutex<Backends>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Backends {
    addresses: Vec<SocketAddr>,
    turn: usize,
}

impl Proxy {
    pub async fn start(addresses: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let (fault, seen) = watch::channel(Fault::None);
        let backends = Arc::new(Mutex::new(Backends { addresses, turn: 0 }));
        let task = tokio::spawn(accept(address, listener, seen, Arc::clone(&backends)));
        Self {
            address,
            fault,
            backends,
            task,
        }
    }

    /// From now on, for connections old and new.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }

    /// Whom new connections go to. Old ones stay where they are.
    pub fn share_among(&self, addresses: Vec<SocketAddr>) {
        let mut backends = self.backends.lock().unwrap_or_else(PoisonError::into_inner);
        backends.addresses = addresses;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    address: SocketAddr,
    first: TcpListener,
    mut fault: watch::Receiver<Fault>,
    backends: Arc<Mutex<Backends>>,
) {
    let mut listener = Some(first);
    loop {
        if *fault.borrow_and_update() == Fault::Refuse {
            listener = None;
            if fault.changed().await.is_err() {
                return;
            }
            continue;
        }
        let open = match listener.take() {
            Some(open) => open,
            None => TcpListener::bind(address).await.expect("the port again"),
        };
        tokio::select! {
            accepted = open.accept() => {
                let (client, _) = accepted.expect("a connection");
                let backend = next(&backends);
                tokio::spawn(connect(client, backend, fault.clone()));
            }
            changed = fault.changed() => if changed.is_err() { return },
        }
        listener = Some(open);
    }
}

fn next(backends: &Mutex<Backends>) -> Option<SocketAddr> {
    let mut backends = backends.lock().unwrap_or_else(PoisonError::into_inner);
    backends.turn = backends.turn.wrapping_add(1);
    let count = backends.addresses.len().max(1);
    backends.addresses.get(backends.turn % count).copied()
}

/// Joins the two ends until one closes, or the proxy cuts them.
async fn connect(
    client: TcpStream,
    backend: Option<SocketAddr>,
    mut fault: watch::Receiver<Fault>,
) {
    let Some(backend) = backend else { return };
    let Ok(server) = TcpStream::connect(backend).await else {
        return;
    };
    for end in [&client, &server] {
        end.set_nodelay(true).expect("no delay of its own");
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = pump(from_client, to_server, fault.clone());
    let back = pump(from_server, to_client, fault.clone());
    tokio::select! {
        _ = async { tokio::join!(there, back) } => {}
        _ = fault.wait_for(|fault| *fault == Fault::Refuse) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut fault: watch::Receiver<Fault>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let now = *fault.borrow();
        match now {
            Fault::Delay(time) => tokio::time::sleep(time).await,
            _ => {
                let passes = fault.wait_for(|fault| *fault != Fault::Hang).await;
                if passes.is_err() {
                    return;
                }
            }
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
    // The other end is told, as it would be without us.
    let _ = to.shutdown().await;
}
