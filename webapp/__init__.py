"""The web door: pages and the JSON API."""

from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import addresses, errors, headers, identity, language, rendering
from webapp.api.mounting import mount as mount_api
from webapp.cases.pages import pages as cases_pages
from webapp.cases.starting import pages as starting_pages
from webapp.codes import pages as code_pages
from webapp.elections.board import pages as board_pages
from webapp.elections.leaving import pages as leaving_pages
from webapp.elections.minutes import pages as minutes_pages
from webapp.elections.pages import pages as elections_pages
from webapp.files.pages import pages as files_pages
from webapp.inbox.pages import pages as inbox_pages
from webapp.live.pages import pages as live_pages
from webapp.live.streams import Streams
from webapp.notices.pages import pages as notices_pages
from webapp.papers.pages import pages as paper_pages
from webapp.people.pages import pages as people_pages
from webapp.people.tokens import pages as token_pages
from webapp.receptions.pages import pages as reception_pages
from webapp.residents.pages import pages as residents_pages
from webapp.reviews.pages import pages as review_pages
from webapp.rolls.pages import pages as roll_pages
from webapp.settings import WebSettings
from webapp.sign_in.pages import pages as sign_in_pages
from webapp.supervision.pages import pages as supervision_pages
from webapp.surveys.pages import pages as survey_pages
from webapp.takeovers.board import pages as takeover_pages
from webapp.takeovers.company import pages as takeover_company_pages
from webapp.takeovers.county import pages as takeover_county_pages
from webapp.takeovers.map import pages as takeover_map_pages
from webapp.takeovers.owners import pages as takeover_owner_pages
from webapp.votes.agenda import pages as agenda_pages
from webapp.votes.desk import pages as ballot_desk_pages
from webapp.votes.mandates import pages as mandate_pages
from webapp.votes.pages import pages as votes_pages
from webapp.votes.representatives import pages as representative_pages
from webapp.votes.trustees import pages as trustee_pages

__all__ = ["WebSettings", "create_app"]


BLUEPRINTS = (
    sign_in_pages,
    code_pages,
    residents_pages,
    board_pages,
    elections_pages,
    leaving_pages,
    paper_pages,
    minutes_pages,
    takeover_pages,
    takeover_county_pages,
    takeover_map_pages,
    inbox_pages,
    cases_pages,
    starting_pages,
    supervision_pages,
    reception_pages,
    roll_pages,
    review_pages,
    people_pages,
    token_pages,
    files_pages,
    notices_pages,
    live_pages,
    votes_pages,
    mandate_pages,
    agenda_pages,
    representative_pages,
    ballot_desk_pages,
    trustee_pages,
    survey_pages,
    takeover_company_pages,
    takeover_owner_pages,
)


def create_app(casework: Any, settings: WebSettings) -> Flask:
    """Build the web application on the domain object that `bootstrap` built."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=600,
        SESSION_COOKIE_NAME="banjie_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=settings.https,
    )
    app.extensions["casework"] = casework
    app.extensions["web_settings"] = settings
    app.extensions["live"] = Streams(casework, settings.streams)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    identity.install(app)
    csrf = CSRFProtect(app)
    addresses.install(app)
    language.install(app)
    rendering.install(app)
    headers.install(app, https=settings.https)
    errors.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    mount_api(app, csrf)
    return app
