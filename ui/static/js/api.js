// The page of the API: Swagger UI takes the place of the plain table. What is tried there goes out with the reader's own
// session, so it carries the CSRF token; a token that was typed in under Authorize speaks instead where there is one.
const place = document.getElementById("api");
const csrf = document.querySelector('meta[name="csrf-token"]').content;

window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  deepLinking: true,
  tryItOutEnabled: true,
  // Descriptions are not sent to anybody's validator.
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (new URL(request.url, location.href).origin === location.origin) request.headers["X-CSRF-Token"] = csrf;
    return request;
  },
});
