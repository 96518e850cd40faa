SwaggerUIBundle({
  dom_id: "#ui",
  url: "/openapi.json",
  deepLinking: true,
  docExpansion: "list",
  tryItOutEnabled: true,
  displayRequestDuration: true,
  persistAuthorization: true,
});
