// What the server and `renzheng client add` say.
const config = {
  issuer: "http://localhost:8080",
  client_id: "app-…",
};
