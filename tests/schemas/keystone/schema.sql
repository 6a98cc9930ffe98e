--
-- PostgreSQL database dump
--

\restrict O5LDzxmHwf7U5tz3ZQe5dbG0iHKwlV1KjgDc4XLpihpgoK2f6LduaU3FNpqqMmk

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
-- Name: entity_type; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.entity_type AS ENUM (
    'user',
    'group'
);


--
-- Name: type; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.type AS ENUM (
    'UserProject',
    'GroupProject',
    'UserDomain',
    'GroupDomain'
);


--
-- Name: keystone_read_only_insert(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keystone_read_only_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'Identity provider migration in progress. Cannot insert new rows into the identity_provider table at this time.';
END
$$;


--
-- Name: keystone_read_only_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keystone_read_only_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.encrypted_blob IS NULL THEN
    RAISE EXCEPTION 'Credential migration in progress. Cannot perform writes to credential table.';
  END IF;
  IF NEW.encrypted_blob IS NOT NULL AND OLD.blob IS NULL THEN
    RAISE EXCEPTION 'Credential migration in progress. Cannot perform writes to credential table.';
  END IF;
  RETURN NEW;
END
$$;


--
-- Name: update_federated_user_domain_id(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_federated_user_domain_id() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE "user" SET domain_id = (
        SELECT domain_id FROM identity_provider WHERE id = NEW.idp_id)
        WHERE id = NEW.user_id and domain_id IS NULL;
    RETURN NULL;
END
$$;


--
-- Name: update_user_domain_id(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_user_domain_id() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE "user" SET domain_id = NEW.domain_id
        WHERE id = NEW.user_id;
    RETURN NULL;
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: access_rule; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.access_rule (
    id integer NOT NULL,
    service character varying(64),
    path character varying(128),
    method character varying(16),
    external_id character varying(64),
    user_id character varying(64)
);


--
-- Name: access_rule_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.access_rule_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: access_rule_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.access_rule_id_seq OWNED BY public.access_rule.id;


--
-- Name: access_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.access_token (
    id character varying(64) NOT NULL,
    access_secret character varying(64) NOT NULL,
    authorizing_user_id character varying(64) NOT NULL,
    project_id character varying(64) NOT NULL,
    role_ids text NOT NULL,
    consumer_id character varying(64) NOT NULL,
    expires_at character varying(64)
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: application_credential; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.application_credential (
    internal_id integer NOT NULL,
    id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    secret_hash character varying(255) NOT NULL,
    description text,
    user_id character varying(64) NOT NULL,
    project_id character varying(64),
    expires_at bigint,
    system character varying(64),
    unrestricted boolean
);


--
-- Name: application_credential_access_rule; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.application_credential_access_rule (
    application_credential_id integer NOT NULL,
    access_rule_id integer NOT NULL
);


--
-- Name: application_credential_internal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.application_credential_internal_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: application_credential_internal_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.application_credential_internal_id_seq OWNED BY public.application_credential.internal_id;


--
-- Name: application_credential_role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.application_credential_role (
    application_credential_id integer NOT NULL,
    role_id character varying(64) NOT NULL
);


--
-- Name: assignment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assignment (
    type public.type NOT NULL,
    actor_id character varying(64) NOT NULL,
    target_id character varying(64) NOT NULL,
    role_id character varying(64) NOT NULL,
    inherited boolean NOT NULL
);


--
-- Name: config_register; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.config_register (
    type character varying(64) NOT NULL,
    domain_id character varying(64) NOT NULL
);


--
-- Name: consumer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consumer (
    id character varying(64) NOT NULL,
    description character varying(64),
    secret character varying(64) NOT NULL,
    extra text NOT NULL
);


--
-- Name: credential; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.credential (
    id character varying(64) NOT NULL,
    user_id character varying(64) NOT NULL,
    project_id character varying(64),
    type character varying(255) NOT NULL,
    extra text,
    key_hash character varying(64) NOT NULL,
    encrypted_blob text NOT NULL
);


--
-- Name: endpoint; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoint (
    id character varying(64) NOT NULL,
    legacy_endpoint_id character varying(64),
    interface character varying(8) NOT NULL,
    service_id character varying(64) NOT NULL,
    url text NOT NULL,
    extra text,
    enabled boolean DEFAULT true NOT NULL,
    region_id character varying(255)
);


--
-- Name: endpoint_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.endpoint_group (
    id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    description text,
    filters text NOT NULL
);


--
-- Name: expiring_user_group_membership; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.expiring_user_group_membership (
    user_id character varying(64) NOT NULL,
    group_id character varying(64) NOT NULL,
    idp_id character varying(64) NOT NULL,
    last_verified timestamp without time zone NOT NULL
);


--
-- Name: federated_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.federated_user (
    id integer NOT NULL,
    user_id character varying(64) NOT NULL,
    idp_id character varying(64) NOT NULL,
    protocol_id character varying(64) NOT NULL,
    unique_id character varying(255) NOT NULL,
    display_name character varying(255)
);


--
-- Name: federated_user_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.federated_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: federated_user_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.federated_user_id_seq OWNED BY public.federated_user.id;


--
-- Name: federation_protocol; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.federation_protocol (
    id character varying(64) NOT NULL,
    idp_id character varying(64) NOT NULL,
    mapping_id character varying(64) NOT NULL,
    remote_id_attribute character varying(64)
);


--
-- Name: group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."group" (
    id character varying(64) NOT NULL,
    domain_id character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    description text,
    extra text
);


--
-- Name: id_mapping; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.id_mapping (
    public_id character varying(64) NOT NULL,
    domain_id character varying(64) NOT NULL,
    local_id character varying(255) NOT NULL,
    entity_type public.entity_type NOT NULL
);


--
-- Name: identity_provider; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.identity_provider (
    id character varying(64) NOT NULL,
    enabled boolean NOT NULL,
    description text,
    domain_id character varying(64) NOT NULL,
    authorization_ttl integer
);


--
-- Name: idp_remote_ids; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idp_remote_ids (
    idp_id character varying(64),
    remote_id character varying(255) NOT NULL
);


--
-- Name: implied_role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.implied_role (
    prior_role_id character varying(64) NOT NULL,
    implied_role_id character varying(64) NOT NULL
);


--
-- Name: limit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."limit" (
    id character varying(64) NOT NULL,
    project_id character varying(64),
    resource_limit integer NOT NULL,
    description text,
    internal_id integer NOT NULL,
    registered_limit_id character varying(64),
    domain_id character varying(64)
);


--
-- Name: limit_internal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.limit_internal_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: limit_internal_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.limit_internal_id_seq OWNED BY public."limit".internal_id;


--
-- Name: local_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.local_user (
    id integer NOT NULL,
    user_id character varying(64) NOT NULL,
    domain_id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    failed_auth_count integer,
    failed_auth_at timestamp without time zone
);


--
-- Name: local_user_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.local_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: local_user_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.local_user_id_seq OWNED BY public.local_user.id;


--
-- Name: mapping; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mapping (
    id character varying(64) NOT NULL,
    rules text NOT NULL,
    schema_version character varying(5) DEFAULT '1.0'::character varying NOT NULL
);


--
-- Name: nonlocal_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.nonlocal_user (
    domain_id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    user_id character varying(64) NOT NULL
);


--
-- Name: password; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.password (
    id integer NOT NULL,
    local_user_id integer NOT NULL,
    expires_at timestamp without time zone,
    self_service boolean DEFAULT false NOT NULL,
    password_hash character varying(255),
    created_at_int bigint DEFAULT '0'::bigint NOT NULL,
    expires_at_int bigint,
    created_at timestamp without time zone NOT NULL
);


--
-- Name: password_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.password_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: password_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.password_id_seq OWNED BY public.password.id;


--
-- Name: policy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.policy (
    id character varying(64) NOT NULL,
    type character varying(255) NOT NULL,
    blob text NOT NULL,
    extra text
);


--
-- Name: policy_association; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.policy_association (
    id character varying(64) NOT NULL,
    policy_id character varying(64) NOT NULL,
    endpoint_id character varying(64),
    service_id character varying(64),
    region_id character varying(64)
);


--
-- Name: project; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project (
    id character varying(64) NOT NULL,
    name character varying(64) NOT NULL,
    extra text,
    description text,
    enabled boolean,
    domain_id character varying(64) NOT NULL,
    parent_id character varying(64),
    is_domain boolean DEFAULT false NOT NULL
);


--
-- Name: project_endpoint; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_endpoint (
    endpoint_id character varying(64) NOT NULL,
    project_id character varying(64) NOT NULL
);


--
-- Name: project_endpoint_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_endpoint_group (
    endpoint_group_id character varying(64) NOT NULL,
    project_id character varying(64) NOT NULL
);


--
-- Name: project_option; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_option (
    project_id character varying(64) NOT NULL,
    option_id character varying(4) NOT NULL,
    option_value text
);


--
-- Name: project_tag; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project_tag (
    project_id character varying(64) NOT NULL,
    name character varying(255) NOT NULL
);


--
-- Name: region; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.region (
    id character varying(255) NOT NULL,
    description character varying(255) NOT NULL,
    parent_region_id character varying(255),
    extra text
);


--
-- Name: registered_limit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registered_limit (
    id character varying(64) NOT NULL,
    service_id character varying(255),
    region_id character varying(64),
    resource_name character varying(255),
    default_limit integer NOT NULL,
    description text,
    internal_id integer NOT NULL
);


--
-- Name: registered_limit_internal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.registered_limit_internal_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: registered_limit_internal_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.registered_limit_internal_id_seq OWNED BY public.registered_limit.internal_id;


--
-- Name: request_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.request_token (
    id character varying(64) NOT NULL,
    request_secret character varying(64) NOT NULL,
    verifier character varying(64),
    authorizing_user_id character varying(64),
    requested_project_id character varying(64) NOT NULL,
    role_ids text,
    consumer_id character varying(64) NOT NULL,
    expires_at character varying(64)
);


--
-- Name: revocation_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.revocation_event (
    id integer NOT NULL,
    domain_id character varying(64),
    project_id character varying(64),
    user_id character varying(64),
    role_id character varying(64),
    trust_id character varying(64),
    consumer_id character varying(64),
    access_token_id character varying(64),
    issued_before timestamp without time zone NOT NULL,
    expires_at timestamp without time zone,
    revoked_at timestamp without time zone NOT NULL,
    audit_id character varying(32),
    audit_chain_id character varying(32)
);


--
-- Name: revocation_event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.revocation_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: revocation_event_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.revocation_event_id_seq OWNED BY public.revocation_event.id;


--
-- Name: role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role (
    id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    extra text,
    domain_id character varying(64) DEFAULT '<<null>>'::character varying NOT NULL,
    description character varying(255)
);


--
-- Name: role_option; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role_option (
    role_id character varying(64) NOT NULL,
    option_id character varying(4) NOT NULL,
    option_value text
);


--
-- Name: sensitive_config; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sensitive_config (
    domain_id character varying(64) NOT NULL,
    "group" character varying(255) NOT NULL,
    option character varying(255) NOT NULL,
    value text NOT NULL
);


--
-- Name: service; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service (
    id character varying(64) NOT NULL,
    type character varying(255),
    enabled boolean DEFAULT true NOT NULL,
    extra text
);


--
-- Name: service_provider; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service_provider (
    auth_url character varying(256) NOT NULL,
    id character varying(64) NOT NULL,
    enabled boolean NOT NULL,
    description text,
    sp_url character varying(256) NOT NULL,
    relay_state_prefix character varying(256) NOT NULL
);


--
-- Name: system_assignment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.system_assignment (
    type character varying(64) NOT NULL,
    actor_id character varying(64) NOT NULL,
    target_id character varying(64) NOT NULL,
    role_id character varying(64) NOT NULL,
    inherited boolean NOT NULL
);


--
-- Name: token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.token (
    id character varying(64) NOT NULL,
    expires timestamp without time zone,
    extra text,
    valid boolean NOT NULL,
    trust_id character varying(64),
    user_id character varying(64)
);


--
-- Name: trust; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trust (
    id character varying(64) NOT NULL,
    trustor_user_id character varying(64) NOT NULL,
    trustee_user_id character varying(64) NOT NULL,
    project_id character varying(64),
    impersonation boolean NOT NULL,
    deleted_at timestamp without time zone,
    expires_at timestamp without time zone,
    remaining_uses integer,
    extra text,
    expires_at_int bigint,
    redelegated_trust_id character varying(64),
    redelegation_count integer
);


--
-- Name: trust_role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trust_role (
    trust_id character varying(64) NOT NULL,
    role_id character varying(64) NOT NULL
);


--
-- Name: user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."user" (
    id character varying(64) NOT NULL,
    extra text,
    enabled boolean,
    default_project_id character varying(64),
    created_at timestamp without time zone,
    last_active_at date,
    domain_id character varying(64) NOT NULL
);


--
-- Name: user_group_membership; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_group_membership (
    user_id character varying(64) NOT NULL,
    group_id character varying(64) NOT NULL
);


--
-- Name: user_option; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_option (
    user_id character varying(64) NOT NULL,
    option_id character varying(4) NOT NULL,
    option_value text
);


--
-- Name: whitelisted_config; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.whitelisted_config (
    domain_id character varying(64) NOT NULL,
    "group" character varying(255) NOT NULL,
    option character varying(255) NOT NULL,
    value text NOT NULL
);


--
-- Name: access_rule id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_rule ALTER COLUMN id SET DEFAULT nextval('public.access_rule_id_seq'::regclass);


--
-- Name: application_credential internal_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential ALTER COLUMN internal_id SET DEFAULT nextval('public.application_credential_internal_id_seq'::regclass);


--
-- Name: federated_user id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user ALTER COLUMN id SET DEFAULT nextval('public.federated_user_id_seq'::regclass);


--
-- Name: limit internal_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."limit" ALTER COLUMN internal_id SET DEFAULT nextval('public.limit_internal_id_seq'::regclass);


--
-- Name: local_user id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.local_user ALTER COLUMN id SET DEFAULT nextval('public.local_user_id_seq'::regclass);


--
-- Name: password id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password ALTER COLUMN id SET DEFAULT nextval('public.password_id_seq'::regclass);


--
-- Name: registered_limit internal_id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_limit ALTER COLUMN internal_id SET DEFAULT nextval('public.registered_limit_internal_id_seq'::regclass);


--
-- Name: revocation_event id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.revocation_event ALTER COLUMN id SET DEFAULT nextval('public.revocation_event_id_seq'::regclass);


--
-- Data for Name: access_rule; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.access_rule (id, service, path, method, external_id, user_id) FROM stdin;
\.


--
-- Data for Name: access_token; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.access_token (id, access_secret, authorizing_user_id, project_id, role_ids, consumer_id, expires_at) FROM stdin;
\.


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.alembic_version (version_num) FROM stdin;
742c857f1dfb
c88cdce8f248
\.


--
-- Data for Name: application_credential; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.application_credential (internal_id, id, name, secret_hash, description, user_id, project_id, expires_at, system, unrestricted) FROM stdin;
\.


--
-- Data for Name: application_credential_access_rule; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.application_credential_access_rule (application_credential_id, access_rule_id) FROM stdin;
\.


--
-- Data for Name: application_credential_role; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.application_credential_role (application_credential_id, role_id) FROM stdin;
\.


--
-- Data for Name: assignment; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.assignment (type, actor_id, target_id, role_id, inherited) FROM stdin;
\.


--
-- Data for Name: config_register; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.config_register (type, domain_id) FROM stdin;
\.


--
-- Data for Name: consumer; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.consumer (id, description, secret, extra) FROM stdin;
\.


--
-- Data for Name: credential; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.credential (id, user_id, project_id, type, extra, key_hash, encrypted_blob) FROM stdin;
\.


--
-- Data for Name: endpoint; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.endpoint (id, legacy_endpoint_id, interface, service_id, url, extra, enabled, region_id) FROM stdin;
\.


--
-- Data for Name: endpoint_group; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.endpoint_group (id, name, description, filters) FROM stdin;
\.


--
-- Data for Name: expiring_user_group_membership; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.expiring_user_group_membership (user_id, group_id, idp_id, last_verified) FROM stdin;
\.


--
-- Data for Name: federated_user; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.federated_user (id, user_id, idp_id, protocol_id, unique_id, display_name) FROM stdin;
\.


--
-- Data for Name: federation_protocol; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.federation_protocol (id, idp_id, mapping_id, remote_id_attribute) FROM stdin;
\.


--
-- Data for Name: group; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public."group" (id, domain_id, name, description, extra) FROM stdin;
\.


--
-- Data for Name: id_mapping; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.id_mapping (public_id, domain_id, local_id, entity_type) FROM stdin;
\.


--
-- Data for Name: identity_provider; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.identity_provider (id, enabled, description, domain_id, authorization_ttl) FROM stdin;
\.


--
-- Data for Name: idp_remote_ids; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.idp_remote_ids (idp_id, remote_id) FROM stdin;
\.


--
-- Data for Name: implied_role; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.implied_role (prior_role_id, implied_role_id) FROM stdin;
\.


--
-- Data for Name: limit; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public."limit" (id, project_id, resource_limit, description, internal_id, registered_limit_id, domain_id) FROM stdin;
\.


--
-- Data for Name: local_user; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.local_user (id, user_id, domain_id, name, failed_auth_count, failed_auth_at) FROM stdin;
\.


--
-- Data for Name: mapping; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.mapping (id, rules, schema_version) FROM stdin;
\.


--
-- Data for Name: nonlocal_user; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.nonlocal_user (domain_id, name, user_id) FROM stdin;
\.


--
-- Data for Name: password; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.password (id, local_user_id, expires_at, self_service, password_hash, created_at_int, expires_at_int, created_at) FROM stdin;
\.


--
-- Data for Name: policy; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.policy (id, type, blob, extra) FROM stdin;
\.


--
-- Data for Name: policy_association; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.policy_association (id, policy_id, endpoint_id, service_id, region_id) FROM stdin;
\.


--
-- Data for Name: project; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.project (id, name, extra, description, enabled, domain_id, parent_id, is_domain) FROM stdin;
<<keystone.domain.root>>	<<keystone.domain.root>>	{}		f	<<keystone.domain.root>>	\N	t
\.


--
-- Data for Name: project_endpoint; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.project_endpoint (endpoint_id, project_id) FROM stdin;
\.


--
-- Data for Name: project_endpoint_group; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.project_endpoint_group (endpoint_group_id, project_id) FROM stdin;
\.


--
-- Data for Name: project_option; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.project_option (project_id, option_id, option_value) FROM stdin;
\.


--
-- Data for Name: project_tag; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.project_tag (project_id, name) FROM stdin;
\.


--
-- Data for Name: region; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.region (id, description, parent_region_id, extra) FROM stdin;
\.


--
-- Data for Name: registered_limit; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.registered_limit (id, service_id, region_id, resource_name, default_limit, description, internal_id) FROM stdin;
\.


--
-- Data for Name: request_token; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.request_token (id, request_secret, verifier, authorizing_user_id, requested_project_id, role_ids, consumer_id, expires_at) FROM stdin;
\.


--
-- Data for Name: revocation_event; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.revocation_event (id, domain_id, project_id, user_id, role_id, trust_id, consumer_id, access_token_id, issued_before, expires_at, revoked_at, audit_id, audit_chain_id) FROM stdin;
\.


--
-- Data for Name: role; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role (id, name, extra, domain_id, description) FROM stdin;
\.


--
-- Data for Name: role_option; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.role_option (role_id, option_id, option_value) FROM stdin;
\.


--
-- Data for Name: sensitive_config; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.sensitive_config (domain_id, "group", option, value) FROM stdin;
\.


--
-- Data for Name: service; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.service (id, type, enabled, extra) FROM stdin;
\.


--
-- Data for Name: service_provider; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.service_provider (auth_url, id, enabled, description, sp_url, relay_state_prefix) FROM stdin;
\.


--
-- Data for Name: system_assignment; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.system_assignment (type, actor_id, target_id, role_id, inherited) FROM stdin;
\.


--
-- Data for Name: token; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.token (id, expires, extra, valid, trust_id, user_id) FROM stdin;
\.


--
-- Data for Name: trust; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.trust (id, trustor_user_id, trustee_user_id, project_id, impersonation, deleted_at, expires_at, remaining_uses, extra, expires_at_int, redelegated_trust_id, redelegation_count) FROM stdin;
\.


--
-- Data for Name: trust_role; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.trust_role (trust_id, role_id) FROM stdin;
\.


--
-- Data for Name: user; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public."user" (id, extra, enabled, default_project_id, created_at, last_active_at, domain_id) FROM stdin;
\.


--
-- Data for Name: user_group_membership; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_group_membership (user_id, group_id) FROM stdin;
\.


--
-- Data for Name: user_option; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_option (user_id, option_id, option_value) FROM stdin;
\.


--
-- Data for Name: whitelisted_config; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.whitelisted_config (domain_id, "group", option, value) FROM stdin;
\.


--
-- Name: access_rule_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.access_rule_id_seq', 1, false);


--
-- Name: application_credential_internal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.application_credential_internal_id_seq', 1, false);


--
-- Name: federated_user_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.federated_user_id_seq', 1, false);


--
-- Name: limit_internal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.limit_internal_id_seq', 1, false);


--
-- Name: local_user_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.local_user_id_seq', 1, false);


--
-- Name: password_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.password_id_seq', 1, false);


--
-- Name: registered_limit_internal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.registered_limit_internal_id_seq', 1, false);


--
-- Name: revocation_event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.revocation_event_id_seq', 1, false);


--
-- Name: access_rule access_rule_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_rule
    ADD CONSTRAINT access_rule_pkey PRIMARY KEY (id);


--
-- Name: access_token access_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT access_token_pkey PRIMARY KEY (id);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: application_credential_access_rule application_credential_access_rule_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential_access_rule
    ADD CONSTRAINT application_credential_access_rule_pkey PRIMARY KEY (application_credential_id, access_rule_id);


--
-- Name: application_credential application_credential_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential
    ADD CONSTRAINT application_credential_pkey PRIMARY KEY (internal_id);


--
-- Name: application_credential_role application_credential_role_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential_role
    ADD CONSTRAINT application_credential_role_pkey PRIMARY KEY (application_credential_id, role_id);


--
-- Name: assignment assignment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (type, actor_id, target_id, role_id, inherited);


--
-- Name: config_register config_register_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.config_register
    ADD CONSTRAINT config_register_pkey PRIMARY KEY (type);


--
-- Name: consumer consumer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consumer
    ADD CONSTRAINT consumer_pkey PRIMARY KEY (id);


--
-- Name: credential credential_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (id);


--
-- Name: id_mapping domain_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.id_mapping
    ADD CONSTRAINT domain_id UNIQUE (domain_id, local_id, entity_type);


--
-- Name: access_rule duplicate_access_rule_for_user_constraint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_rule
    ADD CONSTRAINT duplicate_access_rule_for_user_constraint UNIQUE (user_id, service, path, method);


--
-- Name: application_credential duplicate_app_cred_constraint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential
    ADD CONSTRAINT duplicate_app_cred_constraint UNIQUE (user_id, name);


--
-- Name: trust duplicate_trust_constraint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trust
    ADD CONSTRAINT duplicate_trust_constraint UNIQUE (trustor_user_id, trustee_user_id, project_id, impersonation, expires_at);


--
-- Name: endpoint_group endpoint_group_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint_group
    ADD CONSTRAINT endpoint_group_pkey PRIMARY KEY (id);


--
-- Name: endpoint endpoint_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint
    ADD CONSTRAINT endpoint_pkey PRIMARY KEY (id);


--
-- Name: expiring_user_group_membership expiring_user_group_membership_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.expiring_user_group_membership
    ADD CONSTRAINT expiring_user_group_membership_pkey PRIMARY KEY (user_id, group_id, idp_id);


--
-- Name: federated_user federated_user_idp_id_protocol_id_unique_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user
    ADD CONSTRAINT federated_user_idp_id_protocol_id_unique_id_key UNIQUE (idp_id, protocol_id, unique_id);


--
-- Name: federated_user federated_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user
    ADD CONSTRAINT federated_user_pkey PRIMARY KEY (id);


--
-- Name: federation_protocol federation_protocol_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federation_protocol
    ADD CONSTRAINT federation_protocol_pkey PRIMARY KEY (id, idp_id);


--
-- Name: group group_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."group"
    ADD CONSTRAINT group_pkey PRIMARY KEY (id);


--
-- Name: id_mapping id_mapping_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.id_mapping
    ADD CONSTRAINT id_mapping_pkey PRIMARY KEY (public_id);


--
-- Name: identity_provider identity_provider_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity_provider
    ADD CONSTRAINT identity_provider_pkey PRIMARY KEY (id);


--
-- Name: idp_remote_ids idp_remote_ids_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idp_remote_ids
    ADD CONSTRAINT idp_remote_ids_pkey PRIMARY KEY (remote_id);


--
-- Name: implied_role implied_role_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.implied_role
    ADD CONSTRAINT implied_role_pkey PRIMARY KEY (prior_role_id, implied_role_id);


--
-- Name: group ixu_group_name_domain_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."group"
    ADD CONSTRAINT ixu_group_name_domain_id UNIQUE (domain_id, name);


--
-- Name: nonlocal_user ixu_nonlocal_user_user_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.nonlocal_user
    ADD CONSTRAINT ixu_nonlocal_user_user_id UNIQUE (user_id);


--
-- Name: project ixu_project_name_domain_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT ixu_project_name_domain_id UNIQUE (domain_id, name);


--
-- Name: role ixu_role_name_domain_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role
    ADD CONSTRAINT ixu_role_name_domain_id UNIQUE (name, domain_id);


--
-- Name: user ixu_user_id_domain_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT ixu_user_id_domain_id UNIQUE (id, domain_id);


--
-- Name: limit limit_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."limit"
    ADD CONSTRAINT limit_id_key UNIQUE (id);


--
-- Name: limit limit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."limit"
    ADD CONSTRAINT limit_pkey PRIMARY KEY (internal_id);


--
-- Name: local_user local_user_domain_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.local_user
    ADD CONSTRAINT local_user_domain_id_name_key UNIQUE (domain_id, name);


--
-- Name: local_user local_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.local_user
    ADD CONSTRAINT local_user_pkey PRIMARY KEY (id);


--
-- Name: local_user local_user_user_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.local_user
    ADD CONSTRAINT local_user_user_id_key UNIQUE (user_id);


--
-- Name: mapping mapping_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mapping
    ADD CONSTRAINT mapping_pkey PRIMARY KEY (id);


--
-- Name: nonlocal_user nonlocal_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.nonlocal_user
    ADD CONSTRAINT nonlocal_user_pkey PRIMARY KEY (domain_id, name);


--
-- Name: password password_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password
    ADD CONSTRAINT password_pkey PRIMARY KEY (id);


--
-- Name: policy_association policy_association_endpoint_id_service_id_region_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_association
    ADD CONSTRAINT policy_association_endpoint_id_service_id_region_id_key UNIQUE (endpoint_id, service_id, region_id);


--
-- Name: policy_association policy_association_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_association
    ADD CONSTRAINT policy_association_pkey PRIMARY KEY (id);


--
-- Name: policy policy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (id);


--
-- Name: project_endpoint_group project_endpoint_group_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_endpoint_group
    ADD CONSTRAINT project_endpoint_group_pkey PRIMARY KEY (endpoint_group_id, project_id);


--
-- Name: project_endpoint project_endpoint_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_endpoint
    ADD CONSTRAINT project_endpoint_pkey PRIMARY KEY (endpoint_id, project_id);


--
-- Name: project_option project_option_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_option
    ADD CONSTRAINT project_option_pkey PRIMARY KEY (project_id, option_id);


--
-- Name: project project_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);


--
-- Name: project_tag project_tag_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_tag
    ADD CONSTRAINT project_tag_pkey PRIMARY KEY (project_id, name);


--
-- Name: region region_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.region
    ADD CONSTRAINT region_pkey PRIMARY KEY (id);


--
-- Name: registered_limit registered_limit_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_limit
    ADD CONSTRAINT registered_limit_id_key UNIQUE (id);


--
-- Name: registered_limit registered_limit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registered_limit
    ADD CONSTRAINT registered_limit_pkey PRIMARY KEY (internal_id);


--
-- Name: request_token request_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_token
    ADD CONSTRAINT request_token_pkey PRIMARY KEY (id);


--
-- Name: revocation_event revocation_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.revocation_event
    ADD CONSTRAINT revocation_event_pkey PRIMARY KEY (id);


--
-- Name: role_option role_option_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_option
    ADD CONSTRAINT role_option_pkey PRIMARY KEY (role_id, option_id);


--
-- Name: role role_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (id);


--
-- Name: sensitive_config sensitive_config_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sensitive_config
    ADD CONSTRAINT sensitive_config_pkey PRIMARY KEY (domain_id, "group", option);


--
-- Name: service service_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);


--
-- Name: service_provider service_provider_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_provider
    ADD CONSTRAINT service_provider_pkey PRIMARY KEY (id);


--
-- Name: system_assignment system_assignment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.system_assignment
    ADD CONSTRAINT system_assignment_pkey PRIMARY KEY (type, actor_id, target_id, role_id, inherited);


--
-- Name: token token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);


--
-- Name: trust trust_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trust
    ADD CONSTRAINT trust_pkey PRIMARY KEY (id);


--
-- Name: trust_role trust_role_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trust_role
    ADD CONSTRAINT trust_role_pkey PRIMARY KEY (trust_id, role_id);


--
-- Name: user_group_membership user_group_membership_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_group_membership
    ADD CONSTRAINT user_group_membership_pkey PRIMARY KEY (user_id, group_id);


--
-- Name: user_option user_option_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_option
    ADD CONSTRAINT user_option_pkey PRIMARY KEY (user_id, option_id);


--
-- Name: user user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);


--
-- Name: whitelisted_config whitelisted_config_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.whitelisted_config
    ADD CONSTRAINT whitelisted_config_pkey PRIMARY KEY (domain_id, "group", option);


--
-- Name: external_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX external_id ON public.access_rule USING btree (external_id);


--
-- Name: group_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX group_id ON public.user_group_membership USING btree (group_id);


--
-- Name: idx_project_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_project_id ON public.project_endpoint_group USING btree (project_id);


--
-- Name: ix_access_token_authorizing_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_access_token_authorizing_user_id ON public.access_token USING btree (authorizing_user_id);


--
-- Name: ix_access_token_consumer_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_access_token_consumer_id ON public.access_token USING btree (consumer_id);


--
-- Name: ix_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_actor_id ON public.assignment USING btree (actor_id);


--
-- Name: ix_default_project_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_default_project_id ON public."user" USING btree (default_project_id);


--
-- Name: ix_request_token_consumer_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_request_token_consumer_id ON public.request_token USING btree (consumer_id);


--
-- Name: ix_revocation_event_audit_id_issued_before; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_audit_id_issued_before ON public.revocation_event USING btree (audit_id, issued_before);


--
-- Name: ix_revocation_event_composite; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_composite ON public.revocation_event USING btree (issued_before, user_id, project_id, audit_id);


--
-- Name: ix_revocation_event_issued_before; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_issued_before ON public.revocation_event USING btree (issued_before);


--
-- Name: ix_revocation_event_new_revoked_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_new_revoked_at ON public.revocation_event USING btree (revoked_at);


--
-- Name: ix_revocation_event_project_id_issued_before; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_project_id_issued_before ON public.revocation_event USING btree (project_id, issued_before);


--
-- Name: ix_revocation_event_project_id_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_project_id_user_id ON public.revocation_event USING btree (project_id, user_id);


--
-- Name: ix_revocation_event_user_id_issued_before; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_revocation_event_user_id_issued_before ON public.revocation_event USING btree (user_id, issued_before);


--
-- Name: ix_token_expires; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_token_expires ON public.token USING btree (expires);


--
-- Name: ix_token_expires_valid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_token_expires_valid ON public.token USING btree (expires, valid);


--
-- Name: ix_token_trust_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_token_trust_id ON public.token USING btree (trust_id);


--
-- Name: ix_token_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_token_user_id ON public.token USING btree (user_id);


--
-- Name: service_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX service_id ON public.endpoint USING btree (service_id);


--
-- Name: user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_id ON public.access_rule USING btree (user_id);


--
-- Name: access_token access_token_consumer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT access_token_consumer_id_fkey FOREIGN KEY (consumer_id) REFERENCES public.consumer(id);


--
-- Name: application_credential_access_rule application_credential_access_ru_application_credential_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential_access_rule
    ADD CONSTRAINT application_credential_access_ru_application_credential_id_fkey FOREIGN KEY (application_credential_id) REFERENCES public.application_credential(internal_id) ON DELETE CASCADE;


--
-- Name: application_credential_access_rule application_credential_access_rule_access_rule_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential_access_rule
    ADD CONSTRAINT application_credential_access_rule_access_rule_id_fkey FOREIGN KEY (access_rule_id) REFERENCES public.access_rule(id) ON DELETE CASCADE;


--
-- Name: application_credential_role application_credential_role_application_credential_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application_credential_role
    ADD CONSTRAINT application_credential_role_application_credential_id_fkey FOREIGN KEY (application_credential_id) REFERENCES public.application_credential(internal_id) ON DELETE CASCADE;


--
-- Name: endpoint endpoint_service_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint
    ADD CONSTRAINT endpoint_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service(id);


--
-- Name: expiring_user_group_membership expiring_user_group_membership_group_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.expiring_user_group_membership
    ADD CONSTRAINT expiring_user_group_membership_group_id_fkey FOREIGN KEY (group_id) REFERENCES public."group"(id);


--
-- Name: expiring_user_group_membership expiring_user_group_membership_idp_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.expiring_user_group_membership
    ADD CONSTRAINT expiring_user_group_membership_idp_id_fkey FOREIGN KEY (idp_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;


--
-- Name: expiring_user_group_membership expiring_user_group_membership_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.expiring_user_group_membership
    ADD CONSTRAINT expiring_user_group_membership_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: federated_user federated_user_idp_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user
    ADD CONSTRAINT federated_user_idp_id_fkey FOREIGN KEY (idp_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;


--
-- Name: federated_user federated_user_protocol_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user
    ADD CONSTRAINT federated_user_protocol_id_fkey FOREIGN KEY (protocol_id, idp_id) REFERENCES public.federation_protocol(id, idp_id) ON DELETE CASCADE;


--
-- Name: federated_user federated_user_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federated_user
    ADD CONSTRAINT federated_user_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: federation_protocol federation_protocol_idp_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.federation_protocol
    ADD CONSTRAINT federation_protocol_idp_id_fkey FOREIGN KEY (idp_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;


--
-- Name: endpoint fk_endpoint_region_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.endpoint
    ADD CONSTRAINT fk_endpoint_region_id FOREIGN KEY (region_id) REFERENCES public.region(id);


--
-- Name: user_group_membership fk_user_group_membership_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_group_membership
    ADD CONSTRAINT fk_user_group_membership_group_id FOREIGN KEY (group_id) REFERENCES public."group"(id);


--
-- Name: user_group_membership fk_user_group_membership_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_group_membership
    ADD CONSTRAINT fk_user_group_membership_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: idp_remote_ids idp_remote_ids_idp_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idp_remote_ids
    ADD CONSTRAINT idp_remote_ids_idp_id_fkey FOREIGN KEY (idp_id) REFERENCES public.identity_provider(id) ON DELETE CASCADE;


--
-- Name: implied_role implied_role_implied_role_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.implied_role
    ADD CONSTRAINT implied_role_implied_role_id_fkey FOREIGN KEY (implied_role_id) REFERENCES public.role(id) ON DELETE CASCADE;


--
-- Name: implied_role implied_role_prior_role_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.implied_role
    ADD CONSTRAINT implied_role_prior_role_id_fkey FOREIGN KEY (prior_role_id) REFERENCES public.role(id) ON DELETE CASCADE;


--
-- Name: local_user local_user_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.local_user
    ADD CONSTRAINT local_user_user_id_fkey FOREIGN KEY (user_id, domain_id) REFERENCES public."user"(id, domain_id) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: nonlocal_user nonlocal_user_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.nonlocal_user
    ADD CONSTRAINT nonlocal_user_user_id_fkey FOREIGN KEY (user_id, domain_id) REFERENCES public."user"(id, domain_id) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: password password_local_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password
    ADD CONSTRAINT password_local_user_id_fkey FOREIGN KEY (local_user_id) REFERENCES public.local_user(id) ON DELETE CASCADE;


--
-- Name: project project_domain_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_domain_id_fkey FOREIGN KEY (domain_id) REFERENCES public.project(id);


--
-- Name: project_endpoint_group project_endpoint_group_endpoint_group_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_endpoint_group
    ADD CONSTRAINT project_endpoint_group_endpoint_group_id_fkey FOREIGN KEY (endpoint_group_id) REFERENCES public.endpoint_group(id);


--
-- Name: project_option project_option_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_option
    ADD CONSTRAINT project_option_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id) ON DELETE CASCADE;


--
-- Name: project project_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.project(id);


--
-- Name: project_tag project_tag_project_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project_tag
    ADD CONSTRAINT project_tag_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.project(id) ON DELETE CASCADE;


--
-- Name: request_token request_token_consumer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_token
    ADD CONSTRAINT request_token_consumer_id_fkey FOREIGN KEY (consumer_id) REFERENCES public.consumer(id);


--
-- Name: role_option role_option_role_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role_option
    ADD CONSTRAINT role_option_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.role(id) ON DELETE CASCADE;


--
-- Name: user_option user_option_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_option
    ADD CONSTRAINT user_option_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict O5LDzxmHwf7U5tz3ZQe5dbG0iHKwlV1KjgDc4XLpihpgoK2f6LduaU3FNpqqMmk

