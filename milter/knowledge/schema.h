/* The index's file. */
#pragma once

/* Also to be raised when passages are cut or terms are made otherwise. */
#define KNOWLEDGE_SCHEMA_VERSION 1

extern const char knowledge_schema[];  /* made before the passages come */
extern const char knowledge_closing[]; /* run when they are all there */
