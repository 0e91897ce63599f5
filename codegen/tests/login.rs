//! A login whose secret goes into a property that is not said to be one.

#![allow(clippy::unwrap_used)]

mod support;

const DOCUMENT: &str = r#"openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers: [{url: 'https://shop.example'}]
security: [{key: []}]
paths:
  /login:
    post:
      operationId: log_in
      security: []
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/LoginRequest'}
      responses:
        '200':
          description: The token.
          content:
            application/json:
              schema: {type: object, required: [token], properties: {token: {type: string}}}
  /things:
    get:
      operationId: list_things
      responses: {'204': {description: Done.}}
components:
  securitySchemes:
    key:
      type: apiKey
      in: header
      name: X-Key
      x-login:
        operation: log_in
        arguments: [id, secret]
        request: {user: '{id}', password: '{secret}'}
        token: token
  schemas:
    LoginRequest:
      type: object
      required: [user, password]
      properties: {user: {type: string}, password: {type: string}}
"#;

#[test]
fn the_secret_is_written_as_its_text() {
    let made = support::generated("login", DOCUMENT);
    let source = String::from_utf8(made.single_file()).unwrap();
    assert!(source.contains("user: self.id.clone()"), "{source}");
    assert!(
        source.contains("password: [self.secret.expose()].concat()"),
        "{source}"
    );
}
