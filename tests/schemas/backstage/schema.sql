--
-- PostgreSQL database dump
--

\restrict dnlYeG9EydkzwAiLXEuChwWGVByqT25zvM2Ck1JrSfiqizJTPWOiC87lEeBXeGo

-- Dumped from database version 17.10
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: auth; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA auth;


--
-- Name: catalog; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA catalog;


--
-- Name: events; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA events;


--
-- Name: notifications; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA notifications;


--
-- Name: scaffolder; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA scaffolder;


--
-- Name: search; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA search;


--
-- Name: final_entities_assign_generation_at_commit(); Type: FUNCTION; Schema: catalog; Owner: -
--

CREATE FUNCTION catalog.final_entities_assign_generation_at_commit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'catalog'
    AS $$
    DECLARE allocated bigint;
    BEGIN
      UPDATE catalog_generation_counter SET generation = generation + 1
      WHERE id = 1 RETURNING generation INTO allocated;
      IF allocated IS NULL THEN
        RAISE EXCEPTION 'Catalog publication generation counter is missing';
      END IF;
      UPDATE final_entities SET generation = allocated
      WHERE entity_id = NEW.entity_id;
      RETURN NULL;
    END
    $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: knex_migrations; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: auth; Owner: -
--

CREATE SEQUENCE auth.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: auth; Owner: -
--

ALTER SEQUENCE auth.knex_migrations_id_seq OWNED BY auth.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: auth; Owner: -
--

CREATE SEQUENCE auth.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: auth; Owner: -
--

ALTER SEQUENCE auth.knex_migrations_lock_index_seq OWNED BY auth.knex_migrations_lock.index;


--
-- Name: oauth_authorization_sessions; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.oauth_authorization_sessions (
    id character varying(255) NOT NULL,
    client_id character varying(255) NOT NULL,
    user_entity_ref character varying(255),
    redirect_uri text NOT NULL,
    scope text,
    state text,
    response_type character varying(255) NOT NULL,
    code_challenge character varying(255),
    code_challenge_method character varying(255),
    nonce character varying(255),
    status text DEFAULT 'pending'::text,
    expires_at timestamp(0) with time zone NOT NULL,
    CONSTRAINT oauth_authorization_sessions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'expired'::text])))
);


--
-- Name: TABLE oauth_authorization_sessions; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.oauth_authorization_sessions IS 'Core OAuth authorization sessions with shared context';


--
-- Name: COLUMN oauth_authorization_sessions.id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.id IS 'Unique session identifier';


--
-- Name: COLUMN oauth_authorization_sessions.client_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.client_id IS 'OIDC client identifier';


--
-- Name: COLUMN oauth_authorization_sessions.user_entity_ref; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.user_entity_ref IS 'Backstage user entity reference';


--
-- Name: COLUMN oauth_authorization_sessions.redirect_uri; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.redirect_uri IS 'Client redirect URI';


--
-- Name: COLUMN oauth_authorization_sessions.scope; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.scope IS 'Requested scopes space-separated';


--
-- Name: COLUMN oauth_authorization_sessions.state; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.state IS 'Client state parameter';


--
-- Name: COLUMN oauth_authorization_sessions.response_type; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.response_type IS 'OAuth2 response type';


--
-- Name: COLUMN oauth_authorization_sessions.code_challenge; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.code_challenge IS 'PKCE code challenge';


--
-- Name: COLUMN oauth_authorization_sessions.code_challenge_method; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.code_challenge_method IS 'PKCE code challenge method';


--
-- Name: COLUMN oauth_authorization_sessions.nonce; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.nonce IS 'OIDC nonce parameter';


--
-- Name: COLUMN oauth_authorization_sessions.status; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.status IS 'Authorization session status';


--
-- Name: COLUMN oauth_authorization_sessions.expires_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oauth_authorization_sessions.expires_at IS 'Session expiration timestamp';


--
-- Name: offline_sessions; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.offline_sessions (
    id character varying(255) NOT NULL,
    user_entity_ref character varying(255) NOT NULL,
    oidc_client_id character varying(255),
    token_hash text NOT NULL,
    created_at timestamp(0) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    last_used_at timestamp(0) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Name: TABLE offline_sessions; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.offline_sessions IS 'Offline sessions for refresh tokens in dynamic client registration and device auth flows';


--
-- Name: COLUMN offline_sessions.id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.id IS 'Persistent session ID that remains across token rotations';


--
-- Name: COLUMN offline_sessions.user_entity_ref; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.user_entity_ref IS 'Backstage user entity reference';


--
-- Name: COLUMN offline_sessions.oidc_client_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.oidc_client_id IS 'OIDC client identifier (optional, for OIDC flows)';


--
-- Name: COLUMN offline_sessions.token_hash; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.token_hash IS 'Current refresh token hash (scrypt)';


--
-- Name: COLUMN offline_sessions.created_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.created_at IS 'Session creation timestamp';


--
-- Name: COLUMN offline_sessions.last_used_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.offline_sessions.last_used_at IS 'Last token refresh timestamp';


--
-- Name: oidc_authorization_codes; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.oidc_authorization_codes (
    code character varying(255) NOT NULL,
    session_id character varying(255) NOT NULL,
    expires_at timestamp(0) with time zone NOT NULL,
    used boolean DEFAULT false
);


--
-- Name: TABLE oidc_authorization_codes; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.oidc_authorization_codes IS 'OAuth authorization codes for code exchange flow';


--
-- Name: COLUMN oidc_authorization_codes.code; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oidc_authorization_codes.code IS 'Unique authorization code';


--
-- Name: COLUMN oidc_authorization_codes.session_id; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oidc_authorization_codes.session_id IS 'Authorization session identifier';


--
-- Name: COLUMN oidc_authorization_codes.expires_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oidc_authorization_codes.expires_at IS 'Authorization code expiration timestamp';


--
-- Name: COLUMN oidc_authorization_codes.used; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.oidc_authorization_codes.used IS 'Whether the authorization code has been used';


--
-- Name: sessions; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.sessions (
    sid character varying(255) NOT NULL,
    sess text NOT NULL,
    expired timestamp with time zone NOT NULL
);


--
-- Name: TABLE sessions; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.sessions IS 'Session data';


--
-- Name: COLUMN sessions.sid; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.sid IS 'ID of the session';


--
-- Name: COLUMN sessions.sess; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.sess IS 'Session data, JSON serialized';


--
-- Name: COLUMN sessions.expired; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.sessions.expired IS 'The point in time when the session expires';


--
-- Name: signing_keys; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.signing_keys (
    kid character varying(255) NOT NULL,
    created_at timestamp(0) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    key text NOT NULL
);


--
-- Name: TABLE signing_keys; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.signing_keys IS 'Signing keys that are currently in use or have recently been used to issue tokens';


--
-- Name: COLUMN signing_keys.kid; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.signing_keys.kid IS 'ID of the signing key';


--
-- Name: COLUMN signing_keys.created_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.signing_keys.created_at IS 'The creation time of the key';


--
-- Name: COLUMN signing_keys.key; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.signing_keys.key IS 'The serialized signing key';


--
-- Name: user_info; Type: TABLE; Schema: auth; Owner: -
--

CREATE TABLE auth.user_info (
    user_entity_ref character varying(255) NOT NULL,
    user_info text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Name: TABLE user_info; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON TABLE auth.user_info IS 'User information';


--
-- Name: COLUMN user_info.user_entity_ref; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.user_info.user_entity_ref IS 'User entity reference';


--
-- Name: COLUMN user_info.user_info; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.user_info.user_info IS 'User info blob, JSON serialized';


--
-- Name: COLUMN user_info.updated_at; Type: COMMENT; Schema: auth; Owner: -
--

COMMENT ON COLUMN auth.user_info.updated_at IS 'Expiration timestamp of the user info';


--
-- Name: catalog_generation_counter; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.catalog_generation_counter (
    id integer NOT NULL,
    generation bigint NOT NULL,
    CONSTRAINT catalog_generation_counter_generation_check CHECK ((generation >= 0)),
    CONSTRAINT catalog_generation_counter_id_check CHECK ((id = 1))
);


--
-- Name: final_entities; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.final_entities (
    entity_id character varying(255) NOT NULL,
    hash character varying(255) NOT NULL,
    final_entity text,
    last_updated_at timestamp with time zone,
    entity_ref character varying(255) NOT NULL,
    generation bigint
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01');


--
-- Name: TABLE final_entities; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.final_entities IS 'Final entities after processing and stitching';


--
-- Name: COLUMN final_entities.entity_id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.final_entities.entity_id IS 'Entity ID -> refresh_state table';


--
-- Name: COLUMN final_entities.hash; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.final_entities.hash IS 'Stable hash of the entity data';


--
-- Name: COLUMN final_entities.final_entity; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.final_entities.final_entity IS 'The JSON encoded final entity';


--
-- Name: COLUMN final_entities.last_updated_at; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.final_entities.last_updated_at IS 'The time when final_entity changed';


--
-- Name: COLUMN final_entities.entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.final_entities.entity_ref IS 'The entity reference of the entity';


--
-- Name: knex_migrations; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: catalog; Owner: -
--

CREATE SEQUENCE catalog.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: catalog; Owner: -
--

ALTER SEQUENCE catalog.knex_migrations_id_seq OWNED BY catalog.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: catalog; Owner: -
--

CREATE SEQUENCE catalog.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: catalog; Owner: -
--

ALTER SEQUENCE catalog.knex_migrations_lock_index_seq OWNED BY catalog.knex_migrations_lock.index;


--
-- Name: location_update_log; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.location_update_log (
    id bigint NOT NULL,
    status text NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    message text,
    location_id uuid,
    entity_name text,
    CONSTRAINT location_update_log_status_check CHECK ((status = ANY (ARRAY['success'::text, 'fail'::text])))
);


--
-- Name: location_update_log_id_seq; Type: SEQUENCE; Schema: catalog; Owner: -
--

CREATE SEQUENCE catalog.location_update_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: location_update_log_id_seq; Type: SEQUENCE OWNED BY; Schema: catalog; Owner: -
--

ALTER SEQUENCE catalog.location_update_log_id_seq OWNED BY catalog.location_update_log.id;


--
-- Name: location_update_log_latest; Type: VIEW; Schema: catalog; Owner: -
--

CREATE VIEW catalog.location_update_log_latest AS
SELECT
    NULL::bigint AS id,
    NULL::text AS status,
    NULL::timestamp with time zone AS created_at,
    NULL::text AS message,
    NULL::uuid AS location_id,
    NULL::text AS entity_name;


--
-- Name: locations; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.locations (
    id uuid NOT NULL,
    type character varying(255) NOT NULL,
    target text NOT NULL,
    location_entity_ref character varying(255) NOT NULL
);


--
-- Name: TABLE locations; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.locations IS 'Registered locations that shall be continuously scanned for catalog item updates';


--
-- Name: COLUMN locations.id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.locations.id IS 'Auto-generated ID of the location';


--
-- Name: COLUMN locations.type; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.locations.type IS 'The type of location';


--
-- Name: COLUMN locations.target; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.locations.target IS 'The actual target of the location';


--
-- Name: COLUMN locations.location_entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.locations.location_entity_ref IS 'The entity ref of the corresponding Location kind entity, e.g. location:default/generated-<sha1hex>';


--
-- Name: refresh_keys; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.refresh_keys (
    entity_id character varying(255) NOT NULL,
    key character varying(255) NOT NULL
);


--
-- Name: TABLE refresh_keys; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.refresh_keys IS 'This table contains relations between entities and keys to trigger refreshes with';


--
-- Name: COLUMN refresh_keys.entity_id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_keys.entity_id IS 'A reference to the entity that the refresh key is tied to';


--
-- Name: COLUMN refresh_keys.key; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_keys.key IS 'A reference to a key which should be used to trigger a refresh on this entity';


--
-- Name: refresh_state; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.refresh_state (
    entity_id character varying(255) NOT NULL,
    entity_ref character varying(255) NOT NULL,
    unprocessed_entity text NOT NULL,
    processed_entity text,
    cache text,
    errors text NOT NULL,
    next_update_at timestamp with time zone NOT NULL,
    last_discovery_at timestamp with time zone NOT NULL,
    location_key text,
    result_hash text,
    unprocessed_hash text
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01');


--
-- Name: TABLE refresh_state; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.refresh_state IS 'Location refresh states';


--
-- Name: COLUMN refresh_state.entity_id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.entity_id IS 'Primary ID, also used as the uid of the entity';


--
-- Name: COLUMN refresh_state.entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.entity_ref IS 'A reference to the entity for this refresh state';


--
-- Name: COLUMN refresh_state.unprocessed_entity; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.unprocessed_entity IS 'The unprocessed entity (in original form) as JSON';


--
-- Name: COLUMN refresh_state.processed_entity; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.processed_entity IS 'The processed entity (not yet stitched) as JSON';


--
-- Name: COLUMN refresh_state.cache; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.cache IS 'Cache information tied to refreshes of this entity';


--
-- Name: COLUMN refresh_state.errors; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.errors IS 'JSON array containing all errors related to entity';


--
-- Name: COLUMN refresh_state.next_update_at; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.next_update_at IS 'Timestamp of when entity should be updated';


--
-- Name: COLUMN refresh_state.last_discovery_at; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.last_discovery_at IS 'The last timestamp that this entity was discovered';


--
-- Name: COLUMN refresh_state.location_key; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.location_key IS 'Opaque conflict resolution key';


--
-- Name: COLUMN refresh_state.result_hash; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.result_hash IS 'A hash of the processed contents, used to avoid duplicate work';


--
-- Name: COLUMN refresh_state.unprocessed_hash; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state.unprocessed_hash IS 'A hash of the unprocessed contents';


--
-- Name: refresh_state_references; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.refresh_state_references (
    id bigint NOT NULL,
    source_key text,
    source_entity_ref text,
    target_entity_ref text NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01');


--
-- Name: TABLE refresh_state_references; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.refresh_state_references IS 'Edges between refresh state rows';


--
-- Name: COLUMN refresh_state_references.id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state_references.id IS 'Primary key to distinguish unique lines from each other';


--
-- Name: COLUMN refresh_state_references.source_key; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state_references.source_key IS 'Opaque identifier for non-entity sources';


--
-- Name: COLUMN refresh_state_references.source_entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state_references.source_entity_ref IS 'EntityRef of entity sources';


--
-- Name: COLUMN refresh_state_references.target_entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.refresh_state_references.target_entity_ref IS 'The EntityRef of the target entity.';


--
-- Name: refresh_state_references_id_seq; Type: SEQUENCE; Schema: catalog; Owner: -
--

CREATE SEQUENCE catalog.refresh_state_references_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: refresh_state_references_id_seq; Type: SEQUENCE OWNED BY; Schema: catalog; Owner: -
--

ALTER SEQUENCE catalog.refresh_state_references_id_seq OWNED BY catalog.refresh_state_references.id;


--
-- Name: relations; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.relations (
    originating_entity_id character varying(255) NOT NULL,
    source_entity_ref character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    target_entity_ref character varying(255) NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01');


--
-- Name: TABLE relations; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.relations IS 'All relations between entities';


--
-- Name: COLUMN relations.originating_entity_id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.relations.originating_entity_id IS 'The entity that provided the relation';


--
-- Name: COLUMN relations.source_entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.relations.source_entity_ref IS 'Entity reference of the source entity of the relation';


--
-- Name: COLUMN relations.type; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.relations.type IS 'The type of the relation between the entities';


--
-- Name: COLUMN relations.target_entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.relations.target_entity_ref IS 'Entity reference of the target entity of the relation';


--
-- Name: search; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.search (
    entity_id character varying(255),
    key character varying(255) NOT NULL,
    value character varying(255),
    original_value character varying(255)
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01');


--
-- Name: TABLE search; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON TABLE catalog.search IS 'Flattened key-values from the entities, for filtering';


--
-- Name: COLUMN search.entity_id; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.search.entity_id IS 'The entity that matches this key/value';


--
-- Name: COLUMN search.key; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.search.key IS 'A key that occurs in the entity';


--
-- Name: COLUMN search.value; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.search.value IS 'The corresponding value to match on';


--
-- Name: COLUMN search.original_value; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.search.original_value IS 'Holds the corresponding original case sensitive value';


--
-- Name: stitch_queue; Type: TABLE; Schema: catalog; Owner: -
--

CREATE TABLE catalog.stitch_queue (
    entity_ref character varying(255) NOT NULL,
    stitch_ticket character varying(255) NOT NULL,
    next_stitch_at timestamp with time zone NOT NULL,
    failure_count integer DEFAULT 0 NOT NULL
);


--
-- Name: COLUMN stitch_queue.entity_ref; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.stitch_queue.entity_ref IS 'The entity ref that needs stitching';


--
-- Name: COLUMN stitch_queue.stitch_ticket; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.stitch_queue.stitch_ticket IS 'Changes with every new stitch request';


--
-- Name: COLUMN stitch_queue.next_stitch_at; Type: COMMENT; Schema: catalog; Owner: -
--

COMMENT ON COLUMN catalog.stitch_queue.next_stitch_at IS 'Timestamp of when entity should be stitched';


--
-- Name: event_bus_events; Type: TABLE; Schema: events; Owner: -
--

CREATE TABLE events.event_bus_events (
    id bigint NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    topic text NOT NULL,
    data_json text NOT NULL,
    notified_subscribers text[]
);


--
-- Name: TABLE event_bus_events; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON TABLE events.event_bus_events IS 'Events published to the events bus';


--
-- Name: COLUMN event_bus_events.id; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.id IS 'The unique ID of this event';


--
-- Name: COLUMN event_bus_events.created_by; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.created_by IS 'The principal that published the event';


--
-- Name: COLUMN event_bus_events.created_at; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.created_at IS 'The time that the event was created';


--
-- Name: COLUMN event_bus_events.topic; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.topic IS 'The topic of the event';


--
-- Name: COLUMN event_bus_events.data_json; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.data_json IS 'The payload data of this event';


--
-- Name: COLUMN event_bus_events.notified_subscribers; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_events.notified_subscribers IS 'The IDs of the subscribers that have already consumed this event';


--
-- Name: event_bus_events_id_seq; Type: SEQUENCE; Schema: events; Owner: -
--

CREATE SEQUENCE events.event_bus_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: event_bus_events_id_seq; Type: SEQUENCE OWNED BY; Schema: events; Owner: -
--

ALTER SEQUENCE events.event_bus_events_id_seq OWNED BY events.event_bus_events.id;


--
-- Name: event_bus_subscriptions; Type: TABLE; Schema: events; Owner: -
--

CREATE TABLE events.event_bus_subscriptions (
    id character varying(255) NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    read_until bigint NOT NULL,
    topics text[]
);


--
-- Name: TABLE event_bus_subscriptions; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON TABLE events.event_bus_subscriptions IS 'Subscriptions to the event bus';


--
-- Name: COLUMN event_bus_subscriptions.id; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.id IS 'The unique ID of this particular subscription';


--
-- Name: COLUMN event_bus_subscriptions.created_by; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.created_by IS 'The principal that created the subscription';


--
-- Name: COLUMN event_bus_subscriptions.created_at; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.created_at IS 'The time that the subscription was created';


--
-- Name: COLUMN event_bus_subscriptions.updated_at; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.updated_at IS 'The time that the subscription was last updated';


--
-- Name: COLUMN event_bus_subscriptions.read_until; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.read_until IS 'The sequence counter until which the subscription has read events';


--
-- Name: COLUMN event_bus_subscriptions.topics; Type: COMMENT; Schema: events; Owner: -
--

COMMENT ON COLUMN events.event_bus_subscriptions.topics IS 'The topics that this subscriber is interested in';


--
-- Name: knex_migrations; Type: TABLE; Schema: events; Owner: -
--

CREATE TABLE events.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: events; Owner: -
--

CREATE SEQUENCE events.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: events; Owner: -
--

ALTER SEQUENCE events.knex_migrations_id_seq OWNED BY events.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: events; Owner: -
--

CREATE TABLE events.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: events; Owner: -
--

CREATE SEQUENCE events.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: events; Owner: -
--

ALTER SEQUENCE events.knex_migrations_lock_index_seq OWNED BY events.knex_migrations_lock.index;


--
-- Name: broadcast; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.broadcast (
    id uuid NOT NULL,
    title character varying(255) NOT NULL,
    description text,
    severity character varying(8) NOT NULL,
    link text,
    origin character varying(255) NOT NULL,
    scope character varying(255),
    topic character varying(255),
    created timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated timestamp with time zone,
    icon character varying(255),
    metadata text
);


--
-- Name: broadcast_user_status; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.broadcast_user_status (
    broadcast_id uuid NOT NULL,
    "user" character varying(255) NOT NULL,
    read timestamp with time zone,
    saved timestamp with time zone
);


--
-- Name: knex_migrations; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: notifications; Owner: -
--

CREATE SEQUENCE notifications.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: notifications; Owner: -
--

ALTER SEQUENCE notifications.knex_migrations_id_seq OWNED BY notifications.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: notifications; Owner: -
--

CREATE SEQUENCE notifications.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: notifications; Owner: -
--

ALTER SEQUENCE notifications.knex_migrations_lock_index_seq OWNED BY notifications.knex_migrations_lock.index;


--
-- Name: notification; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.notification (
    id uuid NOT NULL,
    "user" character varying(255) NOT NULL,
    title character varying(255) NOT NULL,
    description text,
    severity character varying(8) NOT NULL,
    link text,
    origin character varying(255) NOT NULL,
    scope character varying(255),
    topic character varying(255),
    created timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated timestamp with time zone,
    read timestamp with time zone,
    saved timestamp with time zone,
    icon character varying(255),
    metadata text
);


--
-- Name: user_settings; Type: TABLE; Schema: notifications; Owner: -
--

CREATE TABLE notifications.user_settings (
    "user" character varying(255) NOT NULL,
    channel character varying(255) NOT NULL,
    origin character varying(255) NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    topic character varying(255),
    settings_key_hash character varying(64) NOT NULL
);


--
-- Name: knex_migrations; Type: TABLE; Schema: scaffolder; Owner: -
--

CREATE TABLE scaffolder.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: scaffolder; Owner: -
--

CREATE SEQUENCE scaffolder.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: scaffolder; Owner: -
--

ALTER SEQUENCE scaffolder.knex_migrations_id_seq OWNED BY scaffolder.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: scaffolder; Owner: -
--

CREATE TABLE scaffolder.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: scaffolder; Owner: -
--

CREATE SEQUENCE scaffolder.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: scaffolder; Owner: -
--

ALTER SEQUENCE scaffolder.knex_migrations_lock_index_seq OWNED BY scaffolder.knex_migrations_lock.index;


--
-- Name: task_events; Type: TABLE; Schema: scaffolder; Owner: -
--

CREATE TABLE scaffolder.task_events (
    id bigint NOT NULL,
    task_id uuid NOT NULL,
    body text NOT NULL,
    event_type text NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Name: TABLE task_events; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON TABLE scaffolder.task_events IS 'The event stream a given task';


--
-- Name: COLUMN task_events.id; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.task_events.id IS 'The ID of the event';


--
-- Name: COLUMN task_events.task_id; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.task_events.task_id IS 'The task that generated the event';


--
-- Name: COLUMN task_events.body; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.task_events.body IS 'The JSON encoded body of the event';


--
-- Name: COLUMN task_events.event_type; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.task_events.event_type IS 'The type of event';


--
-- Name: COLUMN task_events.created_at; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.task_events.created_at IS 'The timestamp when this event was generated';


--
-- Name: task_events_id_seq; Type: SEQUENCE; Schema: scaffolder; Owner: -
--

CREATE SEQUENCE scaffolder.task_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: task_events_id_seq; Type: SEQUENCE OWNED BY; Schema: scaffolder; Owner: -
--

ALTER SEQUENCE scaffolder.task_events_id_seq OWNED BY scaffolder.task_events.id;


--
-- Name: tasks; Type: TABLE; Schema: scaffolder; Owner: -
--

CREATE TABLE scaffolder.tasks (
    id uuid NOT NULL,
    spec text NOT NULL,
    status text NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    last_heartbeat_at timestamp with time zone,
    secrets text,
    created_by text,
    state text,
    workspace bytea
);


--
-- Name: TABLE tasks; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON TABLE scaffolder.tasks IS 'The table of scaffolder tasks';


--
-- Name: COLUMN tasks.id; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.id IS 'The ID of the task';


--
-- Name: COLUMN tasks.spec; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.spec IS 'A JSON encoded task specification';


--
-- Name: COLUMN tasks.status; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.status IS 'The current status of the task';


--
-- Name: COLUMN tasks.created_at; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.created_at IS 'The timestamp when this task was created';


--
-- Name: COLUMN tasks.last_heartbeat_at; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.last_heartbeat_at IS 'The last timestamp when a heartbeat was received';


--
-- Name: COLUMN tasks.secrets; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.secrets IS 'JSON encoded secrets to authenticate tasks with';


--
-- Name: COLUMN tasks.created_by; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.created_by IS 'An entityRef of the user who created the task';


--
-- Name: COLUMN tasks.state; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.state IS 'A state of the checkpoints';


--
-- Name: COLUMN tasks.workspace; Type: COMMENT; Schema: scaffolder; Owner: -
--

COMMENT ON COLUMN scaffolder.tasks.workspace IS 'A snapshot of the workspace';


--
-- Name: documents; Type: TABLE; Schema: search; Owner: -
--

CREATE TABLE search.documents (
    type text NOT NULL,
    document jsonb NOT NULL,
    body tsvector GENERATED ALWAYS AS (((setweight(to_tsvector('english'::regconfig, (document ->> 'title'::text)), 'A'::"char") || setweight(to_tsvector('english'::regconfig, (document ->> 'text'::text)), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, (((document - 'location'::text) - 'title'::text) - 'text'::text)), 'C'::"char"))) STORED NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: TABLE documents; Type: COMMENT; Schema: search; Owner: -
--

COMMENT ON TABLE search.documents IS 'Optimize filter queries on documents';


--
-- Name: COLUMN documents.type; Type: COMMENT; Schema: search; Owner: -
--

COMMENT ON COLUMN search.documents.type IS 'The index type of the document';


--
-- Name: COLUMN documents.document; Type: COMMENT; Schema: search; Owner: -
--

COMMENT ON COLUMN search.documents.document IS 'The document';


--
-- Name: knex_migrations; Type: TABLE; Schema: search; Owner: -
--

CREATE TABLE search.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE; Schema: search; Owner: -
--

CREATE SEQUENCE search.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE OWNED BY; Schema: search; Owner: -
--

ALTER SEQUENCE search.knex_migrations_id_seq OWNED BY search.knex_migrations.id;


--
-- Name: knex_migrations_lock; Type: TABLE; Schema: search; Owner: -
--

CREATE TABLE search.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE; Schema: search; Owner: -
--

CREATE SEQUENCE search.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE OWNED BY; Schema: search; Owner: -
--

ALTER SEQUENCE search.knex_migrations_lock_index_seq OWNED BY search.knex_migrations_lock.index;


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.knex_migrations ALTER COLUMN id SET DEFAULT nextval('auth.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('auth.knex_migrations_lock_index_seq'::regclass);


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.knex_migrations ALTER COLUMN id SET DEFAULT nextval('catalog.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('catalog.knex_migrations_lock_index_seq'::regclass);


--
-- Name: location_update_log id; Type: DEFAULT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.location_update_log ALTER COLUMN id SET DEFAULT nextval('catalog.location_update_log_id_seq'::regclass);


--
-- Name: refresh_state_references id; Type: DEFAULT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state_references ALTER COLUMN id SET DEFAULT nextval('catalog.refresh_state_references_id_seq'::regclass);


--
-- Name: event_bus_events id; Type: DEFAULT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.event_bus_events ALTER COLUMN id SET DEFAULT nextval('events.event_bus_events_id_seq'::regclass);


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.knex_migrations ALTER COLUMN id SET DEFAULT nextval('events.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('events.knex_migrations_lock_index_seq'::regclass);


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.knex_migrations ALTER COLUMN id SET DEFAULT nextval('notifications.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('notifications.knex_migrations_lock_index_seq'::regclass);


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.knex_migrations ALTER COLUMN id SET DEFAULT nextval('scaffolder.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('scaffolder.knex_migrations_lock_index_seq'::regclass);


--
-- Name: task_events id; Type: DEFAULT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.task_events ALTER COLUMN id SET DEFAULT nextval('scaffolder.task_events_id_seq'::regclass);


--
-- Name: knex_migrations id; Type: DEFAULT; Schema: search; Owner: -
--

ALTER TABLE ONLY search.knex_migrations ALTER COLUMN id SET DEFAULT nextval('search.knex_migrations_id_seq'::regclass);


--
-- Name: knex_migrations_lock index; Type: DEFAULT; Schema: search; Owner: -
--

ALTER TABLE ONLY search.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('search.knex_migrations_lock_index_seq'::regclass);


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20200619125845_init.js	1	2026-11-28 21:01:51.111+00
2	20210326100300_timestamptz.js	1	2026-11-28 21:01:51.116+00
3	20220321100910_timestamptz_again.js	1	2026-11-28 21:01:51.118+00
4	20220522100910_key_field_size.js	1	2026-11-28 21:01:51.12+00
5	20230428155633_sessions.js	1	2026-11-28 21:01:51.124+00
6	20240510120825_user_info.js	1	2026-11-28 21:01:51.127+00
7	20250707164600_user_created_at.js	1	2026-11-28 21:01:51.13+00
8	20250909120000_oidc_client_registration.js	1	2026-11-28 21:01:51.151+00
9	20251020000000_offline_sessions.js	1	2026-11-28 21:01:51.157+00
10	20251118120000_oauth_state_text.js	1	2026-11-28 21:01:51.159+00
11	20251217120000_drop_oidc_clients_fk.js	1	2026-11-28 21:01:51.16+00
12	20260317120000_drop_offline_sessions_fk.js	1	2026-11-28 21:01:51.161+00
13	20261030120000_remove_dcr.js	1	2026-11-28 21:01:51.164+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Data for Name: oauth_authorization_sessions; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.oauth_authorization_sessions (id, client_id, user_entity_ref, redirect_uri, scope, state, response_type, code_challenge, code_challenge_method, nonce, status, expires_at) FROM stdin;
\.


--
-- Data for Name: offline_sessions; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.offline_sessions (id, user_entity_ref, oidc_client_id, token_hash, created_at, last_used_at) FROM stdin;
\.


--
-- Data for Name: oidc_authorization_codes; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.oidc_authorization_codes (code, session_id, expires_at, used) FROM stdin;
\.


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.sessions (sid, sess, expired) FROM stdin;
\.


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.signing_keys (kid, created_at, key) FROM stdin;
\.


--
-- Data for Name: user_info; Type: TABLE DATA; Schema: auth; Owner: -
--

COPY auth.user_info (user_entity_ref, user_info, updated_at, created_at) FROM stdin;
\.


--
-- Data for Name: catalog_generation_counter; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.catalog_generation_counter (id, generation) FROM stdin;
1	0
\.


--
-- Data for Name: final_entities; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.final_entities (entity_id, hash, final_entity, last_updated_at, entity_ref, generation) FROM stdin;
\.


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20200511113813_init.js	1	2026-11-28 21:01:51.223+00
2	20200520140700_location_update_log_table.js	1	2026-11-28 21:01:51.228+00
3	20200527114117_location_update_log_latest_view.js	1	2026-11-28 21:01:51.23+00
4	20200702153613_entities.js	1	2026-11-28 21:01:51.244+00
5	20200721115244_location_update_log_latest_deduplicate.js	1	2026-11-28 21:01:51.248+00
6	20200805163904_location_update_log_duplication_fix.js	1	2026-11-28 21:01:51.263+00
7	20200807120600_entitySearch.js	1	2026-11-28 21:01:51.266+00
8	20200809202832_add_bootstrap_location.js	1	2026-11-28 21:01:51.268+00
9	20200923104503_case_insensitivity.js	1	2026-11-28 21:01:51.274+00
10	20201005122705_add_entity_full_name.js	1	2026-11-28 21:01:51.286+00
11	20201006130744_entity_data_column.js	1	2026-11-28 21:01:51.294+00
12	20201006203131_entity_remove_redundant_columns.js	1	2026-11-28 21:01:51.296+00
13	20201007201501_index_entity_search.js	1	2026-11-28 21:01:51.299+00
14	20201019130742_add_relations_table.js	1	2026-11-28 21:01:51.31+00
15	20201123205611_relations_table_uniq.js	1	2026-11-28 21:01:51.317+00
16	20201210185851_fk_index.js	1	2026-11-28 21:01:51.32+00
17	20201230103504_update_log_varchar.js	1	2026-11-28 21:01:51.325+00
18	20210209121210_locations_fk_index.js	1	2026-11-28 21:01:51.328+00
19	20210302150147_refresh_state.js	1	2026-11-28 21:01:51.381+00
20	20210622104022_refresh_state_location_key.js	1	2026-11-28 21:01:51.39+00
21	20210813143113_add_refresh_state_hash.js	1	2026-11-28 21:01:51.393+00
22	20210925102509_add_refresh_state_input_hash.js	1	2026-11-28 21:01:51.395+00
23	20220116144621_remove_legacy.js	1	2026-11-28 21:01:51.404+00
24	20220222164811_reprocess_for_relation_refs.js	1	2026-11-28 21:01:51.411+00
25	20220616202842_refresh_keys.js	1	2026-11-28 21:01:51.416+00
26	20221109192547_search_add_original_value_column.js	1	2026-11-28 21:01:51.422+00
27	20221201085245_add_last_updated_at_in_final_entities.js	1	2026-11-28 21:01:51.424+00
28	20230125085746_trigger_reprocessing.js	1	2026-11-28 21:01:51.425+00
29	20230525141717_stitch_queue.js	1	2026-11-28 21:01:51.429+00
30	20240130092632_search_index.js	1	2026-11-28 21:01:51.431+00
31	20241003170511_alter_target_in_locations.js	1	2026-11-28 21:01:51.433+00
32	20241024104700_add_entity_ref_to_final_entities.js	1	2026-11-28 21:01:51.436+00
33	20241111000000_drop_redundant_indices.js	1	2026-11-28 21:01:51.439+00
34	20250401200503_update_refresh_state_columns.js	1	2026-11-28 21:01:51.44+00
35	20250514000000_refresh_state_references_big_increments.js	1	2026-11-28 21:01:51.444+00
36	20260214000000_search_fk_final_entities.js	1	2026-11-28 21:01:51.447+00
37	20260215000000_move_stitch_queue.js	1	2026-11-28 21:01:51.457+00
38	20260403000000_add_location_entity_ref.js	1	2026-11-28 21:01:51.46+00
39	20260510000000_search_indices_and_dedup.js	1	2026-11-28 21:01:51.472+00
40	20260516000000_relations_target_index.js	1	2026-11-28 21:01:51.474+00
41	20260519000000_search_extended_statistics.js	1	2026-11-28 21:01:51.478+00
42	20260608000000_search_autovacuum_and_ndistinct.js	1	2026-11-28 21:01:51.48+00
43	20260609000000_drop_search_entity_id_idx.js	1	2026-11-28 21:01:51.481+00
44	20260904000000_fix_search_entity_id_ndistinct.js	1	2026-11-28 21:01:51.483+00
45	20260912000000_refresh_state_maintenance.js	1	2026-11-28 21:01:51.484+00
46	20261007000000_stitch_failure_count.js	1	2026-11-28 21:01:51.486+00
47	20261013000000_final_entity_generations.js	1	2026-11-28 21:01:51.5+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Data for Name: location_update_log; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.location_update_log (id, status, created_at, message, location_id, entity_name) FROM stdin;
\.


--
-- Data for Name: locations; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.locations (id, type, target, location_entity_ref) FROM stdin;
09afc15d-486f-4d50-876f-e08d966d7bfd	bootstrap	bootstrap	
\.


--
-- Data for Name: refresh_keys; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.refresh_keys (entity_id, key) FROM stdin;
\.


--
-- Data for Name: refresh_state; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.refresh_state (entity_id, entity_ref, unprocessed_entity, processed_entity, cache, errors, next_update_at, last_discovery_at, location_key, result_hash, unprocessed_hash) FROM stdin;
\.


--
-- Data for Name: refresh_state_references; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.refresh_state_references (id, source_key, source_entity_ref, target_entity_ref) FROM stdin;
\.


--
-- Data for Name: relations; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.relations (originating_entity_id, source_entity_ref, type, target_entity_ref) FROM stdin;
\.


--
-- Data for Name: search; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.search (entity_id, key, value, original_value) FROM stdin;
\.


--
-- Data for Name: stitch_queue; Type: TABLE DATA; Schema: catalog; Owner: -
--

COPY catalog.stitch_queue (entity_ref, stitch_ticket, next_stitch_at, failure_count) FROM stdin;
\.


--
-- Data for Name: event_bus_events; Type: TABLE DATA; Schema: events; Owner: -
--

COPY events.event_bus_events (id, created_by, created_at, topic, data_json, notified_subscribers) FROM stdin;
\.


--
-- Data for Name: event_bus_subscriptions; Type: TABLE DATA; Schema: events; Owner: -
--

COPY events.event_bus_subscriptions (id, created_by, created_at, updated_at, read_until, topics) FROM stdin;
\.


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: events; Owner: -
--

COPY events.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20240523100528_init.js	1	2026-11-28 21:01:51.553+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: events; Owner: -
--

COPY events.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Data for Name: broadcast; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.broadcast (id, title, description, severity, link, origin, scope, topic, created, updated, icon, metadata) FROM stdin;
\.


--
-- Data for Name: broadcast_user_status; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.broadcast_user_status (broadcast_id, "user", read, saved) FROM stdin;
\.


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20231215_init.js	1	2026-11-28 21:01:51.619+00
2	20240221_removeDone.js	1	2026-11-28 21:01:51.62+00
3	20240313_broadcast.js	1	2026-11-28 21:01:51.626+00
4	20240808_settings.js	1	2026-11-28 21:01:51.629+00
5	20240902_addIcon.js	1	2026-11-28 21:01:51.631+00
6	20250317_addTopic.js	1	2026-11-28 21:01:51.638+00
7	20260621_addMetadata.js	1	2026-11-28 21:01:51.643+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Data for Name: notification; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.notification (id, "user", title, description, severity, link, origin, scope, topic, created, updated, read, saved, icon, metadata) FROM stdin;
\.


--
-- Data for Name: user_settings; Type: TABLE DATA; Schema: notifications; Owner: -
--

COPY notifications.user_settings ("user", channel, origin, enabled, topic, settings_key_hash) FROM stdin;
\.


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: scaffolder; Owner: -
--

COPY scaffolder.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20210120143715_init.js	1	2026-11-28 21:01:51.689+00
2	20210409225200_secrets.js	1	2026-11-28 21:01:51.691+00
3	20220129100000_created_by.js	1	2026-11-28 21:01:51.694+00
4	20240203232000_state.js	1	2026-11-28 21:01:51.696+00
5	20240401213200_workspace.js	1	2026-11-28 21:01:51.701+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: scaffolder; Owner: -
--

COPY scaffolder.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Data for Name: task_events; Type: TABLE DATA; Schema: scaffolder; Owner: -
--

COPY scaffolder.task_events (id, task_id, body, event_type, created_at) FROM stdin;
\.


--
-- Data for Name: tasks; Type: TABLE DATA; Schema: scaffolder; Owner: -
--

COPY scaffolder.tasks (id, spec, status, created_at, last_heartbeat_at, secrets, created_by, state, workspace) FROM stdin;
\.


--
-- Data for Name: documents; Type: TABLE DATA; Schema: search; Owner: -
--

COPY search.documents (type, document, hash) FROM stdin;
\.


--
-- Data for Name: knex_migrations; Type: TABLE DATA; Schema: search; Owner: -
--

COPY search.knex_migrations (id, name, batch, migration_time) FROM stdin;
1	20210311110000_init.js	1	2026-11-28 21:01:51.74+00
2	20210727180000_delta_update.js	1	2026-11-28 21:01:51.744+00
\.


--
-- Data for Name: knex_migrations_lock; Type: TABLE DATA; Schema: search; Owner: -
--

COPY search.knex_migrations_lock (index, is_locked) FROM stdin;
1	0
\.


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: auth; Owner: -
--

SELECT pg_catalog.setval('auth.knex_migrations_id_seq', 13, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: auth; Owner: -
--

SELECT pg_catalog.setval('auth.knex_migrations_lock_index_seq', 1, true);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: catalog; Owner: -
--

SELECT pg_catalog.setval('catalog.knex_migrations_id_seq', 47, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: catalog; Owner: -
--

SELECT pg_catalog.setval('catalog.knex_migrations_lock_index_seq', 1, true);


--
-- Name: location_update_log_id_seq; Type: SEQUENCE SET; Schema: catalog; Owner: -
--

SELECT pg_catalog.setval('catalog.location_update_log_id_seq', 1, false);


--
-- Name: refresh_state_references_id_seq; Type: SEQUENCE SET; Schema: catalog; Owner: -
--

SELECT pg_catalog.setval('catalog.refresh_state_references_id_seq', 1, false);


--
-- Name: event_bus_events_id_seq; Type: SEQUENCE SET; Schema: events; Owner: -
--

SELECT pg_catalog.setval('events.event_bus_events_id_seq', 1, false);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: events; Owner: -
--

SELECT pg_catalog.setval('events.knex_migrations_id_seq', 1, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: events; Owner: -
--

SELECT pg_catalog.setval('events.knex_migrations_lock_index_seq', 1, true);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: notifications; Owner: -
--

SELECT pg_catalog.setval('notifications.knex_migrations_id_seq', 7, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: notifications; Owner: -
--

SELECT pg_catalog.setval('notifications.knex_migrations_lock_index_seq', 1, true);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: scaffolder; Owner: -
--

SELECT pg_catalog.setval('scaffolder.knex_migrations_id_seq', 5, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: scaffolder; Owner: -
--

SELECT pg_catalog.setval('scaffolder.knex_migrations_lock_index_seq', 1, true);


--
-- Name: task_events_id_seq; Type: SEQUENCE SET; Schema: scaffolder; Owner: -
--

SELECT pg_catalog.setval('scaffolder.task_events_id_seq', 1, false);


--
-- Name: knex_migrations_id_seq; Type: SEQUENCE SET; Schema: search; Owner: -
--

SELECT pg_catalog.setval('search.knex_migrations_id_seq', 2, true);


--
-- Name: knex_migrations_lock_index_seq; Type: SEQUENCE SET; Schema: search; Owner: -
--

SELECT pg_catalog.setval('search.knex_migrations_lock_index_seq', 1, true);


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: oauth_authorization_sessions oauth_authorization_sessions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.oauth_authorization_sessions
    ADD CONSTRAINT oauth_authorization_sessions_pkey PRIMARY KEY (id);


--
-- Name: offline_sessions offline_sessions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.offline_sessions
    ADD CONSTRAINT offline_sessions_pkey PRIMARY KEY (id);


--
-- Name: oidc_authorization_codes oidc_authorization_codes_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.oidc_authorization_codes
    ADD CONSTRAINT oidc_authorization_codes_pkey PRIMARY KEY (code);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (sid);


--
-- Name: signing_keys signing_keys_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);


--
-- Name: user_info user_info_pkey; Type: CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.user_info
    ADD CONSTRAINT user_info_pkey PRIMARY KEY (user_entity_ref);


--
-- Name: catalog_generation_counter catalog_generation_counter_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.catalog_generation_counter
    ADD CONSTRAINT catalog_generation_counter_pkey PRIMARY KEY (id);


--
-- Name: final_entities final_entities_entity_ref_uniq; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.final_entities
    ADD CONSTRAINT final_entities_entity_ref_uniq UNIQUE (entity_ref);


--
-- Name: final_entities final_entities_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.final_entities
    ADD CONSTRAINT final_entities_pkey PRIMARY KEY (entity_id);


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: location_update_log location_update_log_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.location_update_log
    ADD CONSTRAINT location_update_log_pkey PRIMARY KEY (id);


--
-- Name: locations locations_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.locations
    ADD CONSTRAINT locations_pkey PRIMARY KEY (id);


--
-- Name: refresh_state refresh_state_entity_ref_uniq; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state
    ADD CONSTRAINT refresh_state_entity_ref_uniq UNIQUE (entity_ref);


--
-- Name: refresh_state refresh_state_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state
    ADD CONSTRAINT refresh_state_pkey PRIMARY KEY (entity_id);


--
-- Name: refresh_state_references refresh_state_references_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state_references
    ADD CONSTRAINT refresh_state_references_pkey PRIMARY KEY (id);


--
-- Name: stitch_queue stitch_queue_pkey; Type: CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.stitch_queue
    ADD CONSTRAINT stitch_queue_pkey PRIMARY KEY (entity_ref);


--
-- Name: event_bus_events event_bus_events_pkey; Type: CONSTRAINT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.event_bus_events
    ADD CONSTRAINT event_bus_events_pkey PRIMARY KEY (id);


--
-- Name: event_bus_subscriptions event_bus_subscriptions_pkey; Type: CONSTRAINT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.event_bus_subscriptions
    ADD CONSTRAINT event_bus_subscriptions_pkey PRIMARY KEY (id);


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: events; Owner: -
--

ALTER TABLE ONLY events.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: broadcast broadcast_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.broadcast
    ADD CONSTRAINT broadcast_pkey PRIMARY KEY (id);


--
-- Name: broadcast_user_status broadcast_user_idx; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.broadcast_user_status
    ADD CONSTRAINT broadcast_user_idx UNIQUE (broadcast_id, "user");


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: notification notification_pkey; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);


--
-- Name: user_settings user_settings_unique_idx; Type: CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.user_settings
    ADD CONSTRAINT user_settings_unique_idx UNIQUE (settings_key_hash);


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: task_events task_events_pkey; Type: CONSTRAINT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.task_events
    ADD CONSTRAINT task_events_pkey PRIMARY KEY (id);


--
-- Name: tasks tasks_pkey; Type: CONSTRAINT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);


--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: search; Owner: -
--

ALTER TABLE ONLY search.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (hash);


--
-- Name: knex_migrations_lock knex_migrations_lock_pkey; Type: CONSTRAINT; Schema: search; Owner: -
--

ALTER TABLE ONLY search.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);


--
-- Name: knex_migrations knex_migrations_pkey; Type: CONSTRAINT; Schema: search; Owner: -
--

ALTER TABLE ONLY search.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);


--
-- Name: oauth_authorization_sessions_client_id_user_entity_ref_index; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX oauth_authorization_sessions_client_id_user_entity_ref_index ON auth.oauth_authorization_sessions USING btree (client_id, user_entity_ref);


--
-- Name: oauth_authorization_sessions_status_expires_at_index; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX oauth_authorization_sessions_status_expires_at_index ON auth.oauth_authorization_sessions USING btree (status, expires_at);


--
-- Name: offline_sessions_created_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX offline_sessions_created_idx ON auth.offline_sessions USING btree (created_at);


--
-- Name: offline_sessions_last_used_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX offline_sessions_last_used_idx ON auth.offline_sessions USING btree (last_used_at);


--
-- Name: offline_sessions_oidc_client_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX offline_sessions_oidc_client_idx ON auth.offline_sessions USING btree (oidc_client_id);


--
-- Name: offline_sessions_user_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX offline_sessions_user_idx ON auth.offline_sessions USING btree (user_entity_ref);


--
-- Name: sessions_expired_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sessions_expired_idx ON auth.sessions USING btree (expired);


--
-- Name: sessions_sid_idx; Type: INDEX; Schema: auth; Owner: -
--

CREATE INDEX sessions_sid_idx ON auth.sessions USING btree (sid);


--
-- Name: final_entities_generation_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX final_entities_generation_idx ON catalog.final_entities USING btree (generation) INCLUDE (entity_ref) WHERE (generation IS NOT NULL);


--
-- Name: refresh_keys_entity_id_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_keys_entity_id_idx ON catalog.refresh_keys USING btree (entity_id);


--
-- Name: refresh_keys_key_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_keys_key_idx ON catalog.refresh_keys USING btree (key);


--
-- Name: refresh_state_next_update_at_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_state_next_update_at_idx ON catalog.refresh_state USING btree (next_update_at);


--
-- Name: refresh_state_references_source_entity_ref_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_state_references_source_entity_ref_idx ON catalog.refresh_state_references USING btree (source_entity_ref);


--
-- Name: refresh_state_references_source_key_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_state_references_source_key_idx ON catalog.refresh_state_references USING btree (source_key);


--
-- Name: refresh_state_references_target_entity_ref_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX refresh_state_references_target_entity_ref_idx ON catalog.refresh_state_references USING btree (target_entity_ref);


--
-- Name: relations_source_entity_id_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX relations_source_entity_id_idx ON catalog.relations USING btree (originating_entity_id);


--
-- Name: relations_source_entity_ref_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX relations_source_entity_ref_idx ON catalog.relations USING btree (source_entity_ref);


--
-- Name: relations_target_entity_ref_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX relations_target_entity_ref_idx ON catalog.relations USING btree (target_entity_ref);


--
-- Name: search_entity_key_value_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE UNIQUE INDEX search_entity_key_value_idx ON catalog.search USING btree (entity_id, key, value);


--
-- Name: search_facets_covering_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX search_facets_covering_idx ON catalog.search USING btree (key, original_value, entity_id) WHERE (original_value IS NOT NULL);


--
-- Name: search_key_value_entity_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX search_key_value_entity_idx ON catalog.search USING btree (key, value, entity_id);


--
-- Name: stitch_queue_next_stitch_at_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX stitch_queue_next_stitch_at_idx ON catalog.stitch_queue USING btree (next_stitch_at);


--
-- Name: update_log_location_id_idx; Type: INDEX; Schema: catalog; Owner: -
--

CREATE INDEX update_log_location_id_idx ON catalog.location_update_log USING btree (location_id);


--
-- Name: event_bus_events_topic_idx; Type: INDEX; Schema: events; Owner: -
--

CREATE INDEX event_bus_events_topic_idx ON events.event_bus_events USING btree (topic);


--
-- Name: broadcast_cope_origin_idx; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX broadcast_cope_origin_idx ON notifications.broadcast USING btree (scope, origin);


--
-- Name: notification_scope_origin_idx; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX notification_scope_origin_idx ON notifications.notification USING btree (scope, origin);


--
-- Name: notification_user_idx; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX notification_user_idx ON notifications.notification USING btree ("user");


--
-- Name: user_settings_user_idx; Type: INDEX; Schema: notifications; Owner: -
--

CREATE INDEX user_settings_user_idx ON notifications.user_settings USING btree ("user");


--
-- Name: task_events_task_id_idx; Type: INDEX; Schema: scaffolder; Owner: -
--

CREATE INDEX task_events_task_id_idx ON scaffolder.task_events USING btree (task_id);


--
-- Name: documents_body_index; Type: INDEX; Schema: search; Owner: -
--

CREATE INDEX documents_body_index ON search.documents USING gin (body);


--
-- Name: documents_document_index; Type: INDEX; Schema: search; Owner: -
--

CREATE INDEX documents_document_index ON search.documents USING gin (document);


--
-- Name: documents_type_index; Type: INDEX; Schema: search; Owner: -
--

CREATE INDEX documents_type_index ON search.documents USING btree (type);


--
-- Name: search_key_value_stats; Type: STATISTICS; Schema: catalog; Owner: -
--

CREATE STATISTICS catalog.search_key_value_stats ON key, value FROM catalog.search;


--
-- Name: location_update_log_latest _RETURN; Type: RULE; Schema: catalog; Owner: -
--

CREATE OR REPLACE VIEW catalog.location_update_log_latest AS
 SELECT t1.id,
    t1.status,
    t1.created_at,
    t1.message,
    t1.location_id,
    t1.entity_name
   FROM (catalog.location_update_log t1
     JOIN ( SELECT location_update_log.location_id,
            max(location_update_log.id) AS maxid
           FROM catalog.location_update_log
          GROUP BY location_update_log.location_id) t2 ON (((t1.location_id = t2.location_id) AND (t1.id = t2.maxid))))
  GROUP BY t1.location_id, t1.id
  ORDER BY t1.created_at DESC;


--
-- Name: final_entities final_entities_assign_generation_at_commit; Type: TRIGGER; Schema: catalog; Owner: -
--

CREATE CONSTRAINT TRIGGER final_entities_assign_generation_at_commit AFTER INSERT OR UPDATE OF final_entity ON catalog.final_entities DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalog.final_entities_assign_generation_at_commit();


--
-- Name: oidc_authorization_codes oidc_authorization_codes_session_id_foreign; Type: FK CONSTRAINT; Schema: auth; Owner: -
--

ALTER TABLE ONLY auth.oidc_authorization_codes
    ADD CONSTRAINT oidc_authorization_codes_session_id_foreign FOREIGN KEY (session_id) REFERENCES auth.oauth_authorization_sessions(id) ON DELETE CASCADE;


--
-- Name: final_entities final_entities_entity_id_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.final_entities
    ADD CONSTRAINT final_entities_entity_id_foreign FOREIGN KEY (entity_id) REFERENCES catalog.refresh_state(entity_id) ON DELETE CASCADE;


--
-- Name: location_update_log location_update_log_location_id_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.location_update_log
    ADD CONSTRAINT location_update_log_location_id_foreign FOREIGN KEY (location_id) REFERENCES catalog.locations(id) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: refresh_keys refresh_keys_entity_id_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_keys
    ADD CONSTRAINT refresh_keys_entity_id_foreign FOREIGN KEY (entity_id) REFERENCES catalog.refresh_state(entity_id) ON DELETE CASCADE;


--
-- Name: refresh_state_references refresh_state_references_source_entity_ref_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state_references
    ADD CONSTRAINT refresh_state_references_source_entity_ref_foreign FOREIGN KEY (source_entity_ref) REFERENCES catalog.refresh_state(entity_ref) ON DELETE CASCADE;


--
-- Name: refresh_state_references refresh_state_references_target_entity_ref_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.refresh_state_references
    ADD CONSTRAINT refresh_state_references_target_entity_ref_foreign FOREIGN KEY (target_entity_ref) REFERENCES catalog.refresh_state(entity_ref) ON DELETE CASCADE;


--
-- Name: relations relations_originating_entity_id_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.relations
    ADD CONSTRAINT relations_originating_entity_id_foreign FOREIGN KEY (originating_entity_id) REFERENCES catalog.refresh_state(entity_id) ON DELETE CASCADE;


--
-- Name: search search_entity_id_foreign; Type: FK CONSTRAINT; Schema: catalog; Owner: -
--

ALTER TABLE ONLY catalog.search
    ADD CONSTRAINT search_entity_id_foreign FOREIGN KEY (entity_id) REFERENCES catalog.final_entities(entity_id) ON DELETE CASCADE;


--
-- Name: broadcast_user_status broadcast_user_status_broadcast_id_foreign; Type: FK CONSTRAINT; Schema: notifications; Owner: -
--

ALTER TABLE ONLY notifications.broadcast_user_status
    ADD CONSTRAINT broadcast_user_status_broadcast_id_foreign FOREIGN KEY (broadcast_id) REFERENCES notifications.broadcast(id) ON DELETE CASCADE;


--
-- Name: task_events task_events_task_id_foreign; Type: FK CONSTRAINT; Schema: scaffolder; Owner: -
--

ALTER TABLE ONLY scaffolder.task_events
    ADD CONSTRAINT task_events_task_id_foreign FOREIGN KEY (task_id) REFERENCES scaffolder.tasks(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict dnlYeG9EydkzwAiLXEuChwWGVByqT25zvM2Ck1JrSfiqizJTPWOiC87lEeBXeGo

